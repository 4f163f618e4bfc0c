// Makes the SDK download the vendor's `temporal` program into a folder. Its only way to a download is to start a server.
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { version as sdkVersion } from '@temporalio/worker/package.json';

async function download(downloadDir: string): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('WARN') });
  const runtime = Runtime.instance();
  const server = await runtime.createEphemeralServer({
    type: 'dev-server',
    exe: {
      type: 'cached-download',
      downloadDir,
      version: 'default',
      ttl: 86_400_000,
      sdkName: 'sdk-typescript',
      sdkVersion,
    },
    namespace: 'default',
    ip: '127.0.0.1',
    port: null,
    ui: false,
    uiPort: null,
    dbFilename: null,
    log: { format: 'pretty', level: 'warn' },
    extraArgs: [],
  });
  await runtime.shutdownEphemeralServer(server);
}

download(process.argv[2] ?? '.').catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
