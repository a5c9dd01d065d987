import type { QueryResult, RawBuilder } from 'kysely';
import type { CutoverRun } from '../stages/define-stage.ts';

/** Runs one query over the whole of legacy or of the ledger, planned as such, on a snapshot of its own. */
export function readWhole<Row>({ reader }: CutoverRun, query: RawBuilder<Row>): Promise<QueryResult<Row>> {
  return reader.read(async (trx) => {
    await reader.dialect.statements.planForWhole(trx);
    return query.execute(trx);
  });
}
