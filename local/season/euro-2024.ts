/** The facts of UEFA EURO 2024 in Germany: ten stadiums and 51 matches, as they were played. Stadium names are those used at the tournament. */

export interface Stadium {
  readonly code: string;
  readonly name: string;
  readonly city: string;
  readonly cityInEnglish: string;
  readonly line1: string;
  readonly zip: string;
  /** Seats at the tournament. */
  readonly capacity: number;
}

// code, name, city, city in English, street, postcode, seats
const PLACES = `
BER|Olympiastadion Berlin|Berlin|Berlin|Olympischer Platz 3|14053|71000
CGN|Cologne Stadium|Köln|Cologne|Aachener Straße 999|50933|43000
DTM|BVB Stadion Dortmund|Dortmund|Dortmund|Strobelallee 50|44139|62000
DUS|Düsseldorf Arena|Düsseldorf|Düsseldorf|Arena-Straße 1|40474|47000
FRA|Frankfurt Arena|Frankfurt am Main|Frankfurt|Mörfelder Landstraße 362|60528|47000
GEL|Arena AufSchalke|Gelsenkirchen|Gelsenkirchen|Rudi-Assauer-Platz 1|45891|50000
HAM|Volksparkstadion Hamburg|Hamburg|Hamburg|Sylvesterallee 7|22525|49000
LEJ|Leipzig Stadium|Leipzig|Leipzig|Am Sportforum 3|04105|40000
MUC|Munich Football Arena|München|Munich|Werner-Heisenberg-Allee 25|80939|66000
STR|Stuttgart Arena|Stuttgart|Stuttgart|Mercedesstraße 87|70372|51000`;

export const STADIUMS: readonly Stadium[] = PLACES.trim().split('\n').map(toStadium);

type Round = 'Group A' | 'Group B' | 'Group C' | 'Group D' | 'Group E' | 'Group F' | KnockOutRound;
type KnockOutRound = 'Round of 16' | 'Quarter-finals' | 'Semi-finals' | 'Final';

export interface Match {
  readonly number: number;
  readonly round: Round;
  readonly stadium: string;
  /** Kick-off on the clocks of Germany, without offset: all of the tournament lay in summer time. */
  readonly kickOff: string;
  readonly home: string;
  readonly away: string;
}

/** The whole tournament lay in German summer time. */
export const OFFSET = '+02:00';
export const TIME_ZONE = 'Europe/Berlin';

// number, round (a letter is a group), day and hour in Germany, stadium, teams
const PLAYED = `
1|A|06-14T21|MUC|Germany|Scotland
2|A|06-15T15|CGN|Hungary|Switzerland
3|B|06-15T18|BER|Spain|Croatia
4|B|06-15T21|DTM|Italy|Albania
5|C|06-16T21|GEL|Serbia|England
6|C|06-16T18|STR|Slovenia|Denmark
7|D|06-16T15|HAM|Poland|Netherlands
8|D|06-17T21|DUS|Austria|France
9|E|06-17T18|FRA|Belgium|Slovakia
10|E|06-17T15|MUC|Romania|Ukraine
11|F|06-18T18|DTM|Türkiye|Georgia
12|F|06-18T21|LEJ|Portugal|Czechia
13|A|06-19T21|CGN|Scotland|Switzerland
14|A|06-19T18|STR|Germany|Hungary
15|B|06-19T15|HAM|Croatia|Albania
16|B|06-20T21|GEL|Spain|Italy
17|C|06-20T18|FRA|Denmark|England
18|C|06-20T15|MUC|Slovenia|Serbia
19|D|06-21T18|BER|Poland|Austria
20|D|06-21T21|LEJ|Netherlands|France
21|E|06-21T15|DUS|Slovakia|Ukraine
22|E|06-22T21|CGN|Belgium|Romania
23|F|06-22T18|DTM|Türkiye|Portugal
24|F|06-22T15|HAM|Georgia|Czechia
25|A|06-23T21|FRA|Switzerland|Germany
26|A|06-23T21|STR|Scotland|Hungary
27|B|06-24T21|DUS|Albania|Spain
28|B|06-24T21|LEJ|Croatia|Italy
29|C|06-25T21|CGN|England|Slovenia
30|C|06-25T21|MUC|Denmark|Serbia
31|D|06-25T18|BER|Netherlands|Austria
32|D|06-25T18|DTM|France|Poland
33|E|06-26T18|FRA|Slovakia|Romania
34|E|06-26T18|STR|Ukraine|Belgium
35|F|06-26T21|HAM|Czechia|Türkiye
36|F|06-26T21|GEL|Georgia|Portugal
37|Round of 16|06-29T21|DTM|Germany|Denmark
38|Round of 16|06-29T18|BER|Switzerland|Italy
39|Round of 16|06-30T21|CGN|Spain|Georgia
40|Round of 16|06-30T18|GEL|England|Slovakia
41|Round of 16|07-01T21|FRA|Portugal|Slovenia
42|Round of 16|07-01T18|DUS|France|Belgium
43|Round of 16|07-02T18|MUC|Romania|Netherlands
44|Round of 16|07-02T21|LEJ|Austria|Türkiye
45|Quarter-finals|07-05T18|STR|Spain|Germany
46|Quarter-finals|07-05T21|HAM|Portugal|France
47|Quarter-finals|07-06T21|BER|Netherlands|Türkiye
48|Quarter-finals|07-06T18|DUS|England|Switzerland
49|Semi-finals|07-09T21|MUC|Spain|France
50|Semi-finals|07-10T21|DTM|Netherlands|England
51|Final|07-14T21|BER|Spain|England`;

const ROUNDS: Readonly<Record<string, Round>> = {
  A: 'Group A',
  B: 'Group B',
  C: 'Group C',
  D: 'Group D',
  E: 'Group E',
  F: 'Group F',
  'Round of 16': 'Round of 16',
  'Quarter-finals': 'Quarter-finals',
  'Semi-finals': 'Semi-finals',
  Final: 'Final',
};

export const MATCHES: readonly Match[] = PLAYED.trim().split('\n').map(toMatch);

/** Prices in euros by category, best seats first: category 1, 2, 3 and Fans First. */
export function pricesOf(match: Match): readonly [number, number, number, number] {
  if (match.number === 1) return [600, 400, 195, 50];
  switch (match.round) {
    case 'Round of 16':
      return [250, 175, 85, 50];
    case 'Quarter-finals':
      return [300, 200, 100, 60];
    case 'Semi-finals':
      return [600, 400, 195, 80];
    case 'Final':
      return [1000, 600, 300, 95];
    default:
      return [200, 150, 60, 30];
  }
}

/** Whether the match could go to extra time. */
export function isKnockOut(match: Match): boolean {
  return match.number > 36;
}

function toMatch(line: string): Match {
  const [number, round, time, stadiumCode, home, away] = line.split('|');
  const known = ROUNDS[round ?? ''];
  if (
    known === undefined ||
    time === undefined ||
    stadiumCode === undefined ||
    home === undefined ||
    away === undefined
  ) {
    throw new Error(`Not a match: ${line}`);
  }
  return { number: Number(number), round: known, stadium: stadiumCode, kickOff: `2024-${time}:00:00`, home, away };
}

function toStadium(line: string): Stadium {
  const [code = '', name = '', city = '', cityInEnglish = '', line1 = '', zip = '', capacity] = line.split('|');
  return { code, name, city, cityInEnglish, line1, zip, capacity: Number(capacity) };
}
