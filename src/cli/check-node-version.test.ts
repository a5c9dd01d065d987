import { afterEach, expect, it, vi } from 'vitest';
import { checkNodeVersion } from './check-node-version.ts';

afterEach(() => vi.restoreAllMocks());

function endsProcess(version: string): { readonly exitCode: unknown; readonly said: string } {
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  const write = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  checkNodeVersion(version);
  const [[exitCode] = []] = exit.mock.calls;
  return { exitCode, said: String(write.mock.calls[0]?.[0] ?? '') };
}

it.each(['22.12.0', '22.20.1', '24.0.0', '100.1.0'])('Node %s is new enough', (version) => {
  expect(endsProcess(version)).toEqual({ exitCode: undefined, said: '' });
});

it.each(['22.11.9', '20.20.2', '9.0.0'])('Node %s ends the process with what to do', (version) => {
  const { exitCode, said } = endsProcess(version);
  expect(exitCode).toBe(2);
  expect(said).toContain(`Node ${version} was found, against 22.12 or newer. Install`);
});
