import { isKnockOut, MATCHES, OFFSET, STADIUMS, TIME_ZONE, type Match } from './euro-2024';

/** The host of the tournament, and a club that sells its own match and pass. Both use one TIXNGO account. */
export const HOST = 'EURO-HOST';
export const CLUB = 'FC-EXAMPLE';
export const CATEGORIES = ['CAT1', 'CAT2', 'CAT3', 'FANS'] as const;
export const TARIFFS = ['ADULT', 'YOUTH', 'ACCESS'] as const;
export const CLUB_MATCH = { product: 'CLUB-FRIENDLY', performance: 'FRIENDLY', stadium: 'LEJ' } as const;
export const CLUB_PASS = {
  product: 'CLUB-FAN-PASS',
  from: `2024-06-10T10:00:00${OFFSET}`,
  to: `2024-07-15T00:00:00${OFFSET}`,
} as const;

/** The product that a match belongs to. */
export function productOf(match: Match): string {
  return isKnockOut(match) ? 'EURO-2024-KNOCKOUT' : 'EURO-2024-GROUP';
}

/** The code of a match as a performance: M01 to M51. */
export function performanceOf(match: Match): string {
  return `M${String(match.number).padStart(2, '0')}`;
}

/** All lines of the catalogue, in no order that matters. */
export function catalogueEntries(): readonly object[] {
  return [
    { kind: 'organization', code: HOST, name: 'UEFA EURO 2024', timeZone: TIME_ZONE },
    { kind: 'organization', code: CLUB, name: 'FC Example', timeZone: TIME_ZONE },
    ...[HOST, CLUB].flatMap(ofOrganization),
    ...STADIUMS.map((stadium) => toSite(HOST, stadium.code)),
    toSite(CLUB, CLUB_MATCH.stadium),
    ...hostProducts(),
    ...clubProducts(),
    ...MATCHES.map(toPerformance),
    {
      kind: 'performance',
      organization: CLUB,
      product: CLUB_MATCH.product,
      code: CLUB_MATCH.performance,
      name: 'FC Example - All Stars',
      site: CLUB_MATCH.stadium,
      startsAt: `2024-06-08T16:00:00${OFFSET}`,
      durationMinutes: 120,
      hostTeam: 'FC Example',
      opposingTeam: 'All Stars',
    },
  ];
}

function ofOrganization(organization: string): readonly object[] {
  const categories = ['Category 1', 'Category 2', 'Category 3', 'Fans First'];
  const tariffs = ['Adult', 'Youth', 'Accessibility'];
  return [
    { kind: 'point_of_sales', organization, salesChannel: 'WEB', pos: 'W1', name: 'Ticket portal' },
    { kind: 'point_of_sales', organization, salesChannel: 'BOX', pos: 'B1', name: 'Box office' },
    {
      kind: 'season',
      organization,
      code: '2024',
      name: 'Season 2024',
      startsAt: `2024-01-01T00:00:00+01:00`,
      endsAt: `2024-12-31T23:59:59+01:00`,
    },
    { kind: 'ticket_model', organization, code: 'MOBILE', name: 'Mobile ticket', blockchain: true },
    { kind: 'shipment_mode', organization, code: 'MOBILE', name: 'Mobile ticket' },
    ...CATEGORIES.map((code, index) => ({ kind: 'category', organization, code, name: categories[index] })),
    ...TARIFFS.map((code, index) => ({ kind: 'tariff', organization, code, name: tariffs[index] })),
  ];
}

function toSite(organization: string, code: string): object {
  const stadium = STADIUMS.find((place) => place.code === code);
  if (stadium === undefined) throw new Error(`No stadium ${code}`);
  const { name, city, cityInEnglish, line1, zip } = stadium;
  return {
    kind: 'site',
    organization,
    code,
    name,
    city,
    cityTranslations: { de: city, en: cityInEnglish },
    country: 'DE',
    zip,
    line1,
    timeZone: TIME_ZONE,
  };
}

function hostProducts(): readonly object[] {
  const shared = {
    kind: 'product',
    organization: HOST,
    family: 'COMPETITION',
    activity: 'FOOTBALL',
    season: '2024',
    ticketModel: 'MOBILE',
    groupName: 'UEFA EURO 2024',
    groupNameTranslations: { en: 'UEFA EURO 2024', de: 'UEFA EURO 2024', fr: "UEFA EURO 2024, Championnat d'Europe" },
    website: 'https://tickets.example.org/euro2024',
    metadata: [{ key: 'RESALE_TICKETSHOP_URL', value: 'https://tickets.example.org/euro2024/resale' }],
    transferRules: {
      groupId: 'EURO-2024',
      maxNumberOfTicketPerPhoneInGroupId: -1,
      allowTransfer: true,
      allowReturnToOrganizer: true,
    },
  };
  return [
    {
      ...shared,
      code: 'EURO-2024-GROUP',
      name: 'UEFA EURO 2024 group stage',
      nameTranslations: { en: 'Group stage', de: 'Gruppenphase' },
    },
    {
      ...shared,
      code: 'EURO-2024-KNOCKOUT',
      name: 'UEFA EURO 2024 knock-out phase',
      nameTranslations: { en: 'Knock-out phase', de: 'K.-o.-Phase' },
    },
  ];
}

function clubProducts(): readonly object[] {
  const shared = { kind: 'product', organization: CLUB, activity: 'FOOTBALL', season: '2024', ticketModel: 'MOBILE' };
  return [
    { ...shared, code: CLUB_MATCH.product, name: 'Friendly match', family: 'SINGLE_ENTRY', groupName: 'Friendlies' },
    {
      ...shared,
      code: CLUB_PASS.product,
      name: 'Fan pass',
      family: 'OPEN_PASS',
      website: 'https://fc.example.org/pass',
    },
  ];
}

function toPerformance(match: Match): object {
  return {
    kind: 'performance',
    organization: HOST,
    product: productOf(match),
    code: performanceOf(match),
    name: `${match.home} - ${match.away}`,
    nameTranslations: { en: `${match.round}: ${match.home} v ${match.away}` },
    site: match.stadium,
    startsAt: `${match.kickOff}${OFFSET}`,
    durationMinutes: isKnockOut(match) ? 180 : 120,
    hostTeam: match.home,
    opposingTeam: match.away,
  };
}
