/** What a file may hold. */
export const importKinds = ['tickets', 'contacts', 'catalogue'] as const;

export type ImportKind = (typeof importKinds)[number];
