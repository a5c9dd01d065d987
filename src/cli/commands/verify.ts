import path from 'node:path';
import { breachesOf, uncheckedOf, verifyProof } from '../../cutover/index.ts';
import { verifyLedger } from '../../ledger/verify/verify-ledger.ts';
import type { Database } from '../../sql/database.ts';
import type { CommandRun, DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { onLedger } from '../ledger/on-ledger.ts';
import { onInstances } from '../on-instances.ts';
import { renderLedgerVerification } from '../render/render-ledger-verification.ts';
import { renderProofCheck } from '../render/render-proof-check.ts';
import { renderVerification } from '../render/render-verification.ts';
import { runSpan, type StageOptions } from '../run-span.ts';

interface VerifyOptions extends StageOptions {
  readonly proof?: string;
  readonly ledger?: boolean;
}

/** `carryover verify`: compares both sides again, or the ledger with its own rules, or a proof file with the database. */
export const defineVerify: DefineCommand = (program, bind) => {
  const command = program
    .command('verify')
    .description(
      'compare every account of the ledger with legacy, check all invariants and the ledger itself, and write a proof',
    )
    .option('--proof <file>', 'check a proof file against the database instead; only reads')
    .option('--ledger', "check the ledger against its own rules instead; only reads, beside the application's work")
    .option('--takeover', 'take a run over from a runner that no longer lives');
  bind<VerifyOptions>(command, (run, options) => {
    if (options.ledger === true) return checkLedger(run);
    const { proof } = options;
    return onInstances(run, { mayDefault: false }, (instance, database) =>
      proof === undefined
        ? compareSides(run, { instance, database }, options)
        : checkProof(run, database, path.resolve(run.folder, proof)),
    );
  });
};

async function checkProof(run: CommandRun, database: Database, file: string): Promise<number> {
  const check = await verifyProof(database, file);
  run.output.data(check);
  for (const line of renderProofCheck(check, run.output.colors)) run.output.line(line);
  return check.holds ? EXIT.done : EXIT.findings;
}

/** No account at all proves nothing, and is no success. */
function checkLedger(run: CommandRun): Promise<number> {
  return onLedger(
    run,
    { mayDefault: true, open: { access: 'read-only', poolMax: 2 } },
    async ({ database, system }) => {
      const verification = await verifyLedger(database, { system, signal: run.signal });
      run.output.data(verification);
      for (const line of renderLedgerVerification(verification, run.output.colors)) run.output.line(line);
      return verification.outcome === 'clean' ? EXIT.done : EXIT.findings;
    },
  );
}

async function compareSides(
  run: CommandRun,
  on: { readonly instance: string; readonly database: Database },
  options: StageOptions,
): Promise<number> {
  const { verification } = await runSpan(run, on, { options, span: { from: 'verify', to: 'verify' } });
  if (verification === undefined) return EXIT.findings;
  run.output.data(verification);
  for (const line of renderVerification(verification, run.output.colors)) run.output.line(line);
  return breachesOf(verification).length + uncheckedOf(verification).length === 0 ? EXIT.done : EXIT.findings;
}
