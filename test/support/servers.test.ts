import { expect, test } from 'vitest';
import { externalServerUrl } from './engines.ts';
import { freshDatabase, testEngine } from './fresh-database.ts';
import { startOwnServer } from './servers.ts';

const engine = testEngine();
const noServerReason =
  engine === 'sqlite'
    ? 'sqlite has no server'
    : externalServerUrl(engine) === undefined
      ? undefined
      : 'the server is not ours to end';

test('a server of our own keeps its databases over a crash and a restart, and leaves nothing after stop', async ({
  skip,
}) => {
  if (noServerReason !== undefined) return skip(noServerReason);
  const server = await startOwnServer(engine);
  try {
    const database = await freshDatabase(server.url);
    await server.kill('SIGKILL');
    await expect(freshDatabase(server.url)).rejects.toThrow();
    await server.restart();
    await database.drop();
    await server.restart();
    const second = await freshDatabase(server.url);
    await second.drop();
  } finally {
    await server.stop();
  }
  await expect(freshDatabase(server.url)).rejects.toThrow();
});
