/** Why this Node cannot run the program; undefined when it can (package.json `engines`). */
export function findNodeMistake(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 17)) return undefined;
  return `tixngo needs Node 22.17 or newer, this is ${version}: npx tixngo and npm run bring it`;
}
