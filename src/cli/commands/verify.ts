import path from 'node:path';
import { breachesOf, uncheckedOf, verifyProof } from '../../cutover/index.ts';
import type { DefineCommand } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { onInstances } from '../on-instances.ts';
import { renderProofCheck } from '../render/render-proof-check.ts';
import { renderVerification } from '../render/render-verification.ts';
import { runSpan, type StageOptions } from '../run-span.ts';

/** `carryover verify`: compares both sides again, or a proof file with the database. */
export const defineVerify: DefineCommand = (program, bind) => {
  const command = program
    .command('verify')
    .description(
      'compare every account of the ledger with legacy, check all invariants and the ledger itself, and write a proof',
    )
    .option('--proof <file>', 'check a proof file against the database instead')
    .option('--takeover', 'take a run over from a runner that no longer lives');
  bind<StageOptions & { proof?: string }>(command, (run, options) =>
    onInstances(run, { mayDefault: false }, async (instance, database) => {
      if (options.proof !== undefined) {
        const check = await verifyProof(database, path.resolve(run.folder, options.proof));
        run.output.data(check);
        for (const line of renderProofCheck(check, run.output.colors)) run.output.line(line);
        return check.holds ? EXIT.done : EXIT.findings;
      }
      const { verification } = await runSpan(
        run,
        { instance, database },
        { options, span: { from: 'verify', to: 'verify' } },
      );
      if (verification === undefined) return EXIT.findings;
      run.output.data(verification);
      for (const line of renderVerification(verification, run.output.colors)) run.output.line(line);
      return breachesOf(verification).length + uncheckedOf(verification).length === 0 ? EXIT.done : EXIT.findings;
    }),
  );
};
