import { keptForTeardown } from './kept-servers';

export default async function stopServers(): Promise<void> {
  for (const close of keptForTeardown()) await close();
}
