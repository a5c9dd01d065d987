import type { Database } from '../../sql/database.ts';
import type { Trx } from '../../sql/engine.ts';
import type { CopyColumns } from './run-copies.ts';
import type { LegacySource, SystemDescriptor } from '../descriptor.ts';

/** What the statements of one chunk share. */
export interface Chunk {
  readonly database: Database;
  readonly trx: Trx;
  /** Called before the first statement that changes what others see; see `writeStaged`. Does nothing where the transaction writes already. */
  readonly beginWriting: () => Promise<void>;
  readonly system: SystemDescriptor;
  /** Builds the system's queries over the chunk's keys. */
  readonly source: LegacySource<unknown>;
  /** What stands in `actor` of the entries: `migration:<run id>`. */
  readonly actor: string;
  readonly pass: bigint;
  /** True where the facts read are counted, to be held against all that legacy has. */
  readonly countsFacts: boolean;
  readonly copyColumns: CopyColumns;
  /** True in the chunks of a first pass, which find none of the system's own rows for their keys. Absent: no. */
  readonly isFirstPass?: boolean;
}
