import { sql } from 'kysely';
import type { Trx } from '../../sql/engine.ts';
import { carryNamed } from '../backfill/carry-named.ts';
import { carryScope } from '../backfill/carry-scope.ts';
import type { Chunk } from '../backfill/chunk.ts';
import { reverseAll } from '../backfill/post-facts.ts';
import { readCopyColumns, type CopyColumns } from '../backfill/run-copies.ts';
import { stageVanished } from '../backfill/stage-accounts.ts';
import { crashPoint } from '../crash-points.ts';
import { isStageBefore, type StageName } from '../cutover-state.ts';
import { legacySource } from '../legacy-source.ts';
import { readCutoverRow } from '../record/cutover-row.ts';
import { giveWay, heldUpMs, ownMarks } from '../run/give-way.ts';
import { patiently } from '../run/passing-failure.ts';
import { writeStaged } from '../run/staged-write.ts';
import { waitWhileHeld } from '../run/wait-while-held.ts';
import { firstPace, nextPace, type WorkBounds, type WorkPace } from '../run/work-pace.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';
import { readKey } from '../walk.ts';
import { countMarks } from './count-marks.ts';
import { movedKinds } from './legacy-triggers.ts';
import { askedByMarks, withNamedRows, type Mark } from './named-facts.ts';

/**
 * Marks taken at once at first, at least and at most. With fewer, next to all of a drain is its statements, and it would not keep up with a busy
 * application; more make the accounts wait longer that are derived together.
 */
const MARKS_FIRST = 300;
const MARKS_MIN = 30;
const MARKS_MAX = 5_000;
/**
 * How long a drain should take. Much of a short one is its statements, so long ones catch up best; but where guards stand, a writer of an
 * account waits while its new balance is written, which is the last third of a drain. Where there is one writer everybody waits for that, see `heldUpMs`.
 */
const TARGET_MS = { beforeGuards: 500, withGuards: 250 } as const;

/** What some drains did. */
export interface Drained {
  readonly marks: bigint;
  /** Entries posted: none where a write changed no balance. */
  readonly entries: bigint;
}

/**
 * Follows as many writes as waited when this began: what is written meanwhile is for the next time, or an application that never rests
 * would be followed for ever. Each drain is a transaction of its own, so it can be stopped between any two.
 */
export async function drainMarks(run: CutoverRun, stage: StageName): Promise<Drained> {
  const { database } = run.context;
  const memory = await memoryOf(run);
  const { copyColumns } = memory;
  const behind = await patiently(run, stage, () => countMarks(database.handle, run.context.system.name));
  let [marks, entries] = [0n, 0n];
  let after = '';
  for (;;) {
    await waitWhileHeld(run, stage);
    const bounds = boundsOf(run, stage);
    const marksMax = Math.min(bounds.sizeMax, memory.pace.size);
    const { result: drained, taken } = await patiently(run, stage, () =>
      writeStaged(run, (trx, beginWriting) => drainOnce(run, trx, { after, marksMax, copyColumns, beginWriting })),
    );
    crashPoint('drain:after-commit');
    ownMarks(run, -drained.marks);
    marks += drained.marks;
    entries += drained.entries;
    const isLast = Number(drained.marks) < marksMax;
    if (marks >= behind || (isLast && after === '')) return { marks, entries };
    after = isLast ? '' : drained.last;
    await giveWay(run, taken);
    if (drained.marks > 0n)
      memory.pace = nextPace(memory.pace, { size: Number(drained.marks), ms: taken.waitedForMs }, bounds);
    run.emit({ type: 'step', stage, step: `follow legacy: ${marks} writes` });
  }
}

/** What the drains of one run know from each other: a sweep drains before each of its ranges, and the tables stay as they are. */
interface DrainMemory {
  readonly copyColumns: CopyColumns;
  pace: WorkPace;
}

const memories = new WeakMap<CutoverRun, DrainMemory>();

async function memoryOf(run: CutoverRun): Promise<DrainMemory> {
  const known = memories.get(run);
  if (known !== undefined) return known;
  const memory = { copyColumns: await readCopyColumns(run.context), pace: firstPace(MARKS_FIRST) };
  memories.set(run, memory);
  return memory;
}

function boundsOf(run: CutoverRun, stage: StageName): WorkBounds {
  const { traits } = run.context.database.dialect;
  const beside = isStageBefore(stage, 'switch') ? TARGET_MS.beforeGuards : TARGET_MS.withGuards;
  const targetMs = traits.concurrentWriters ? beside : heldUpMs(run);
  return { sizeMin: MARKS_MIN, sizeMax: MARKS_MAX, targetMs };
}

/** What one drain did, and the last key it took. */
interface DrainedOnce extends Drained {
  readonly last: string;
}

/**
 * Takes marks and brings whom they name up to date, in the caller's transaction. In order of their keys, round and round, so that all marks of
 * an account are taken together: the more wait, the fewer accounts each drain derives for as many of them.
 */
async function drainOnce(
  run: CutoverRun,
  trx: Trx,
  wanted: FollowTools & { readonly after: string; readonly marksMax: number },
): Promise<DrainedOnce> {
  const { database, system } = run.context;
  await database.dialect.statements.planForBulk(trx);
  // Whoever was written lies anywhere between all the others.
  await database.dialect.statements.preferIndexes(trx);
  // None is older than another here, since legacy is read after all of them.
  const { rows } = await sql<Mark>`select id, walk_key, owner, source from ${sql.table('carryover_marks')}
    where system_name = ${system.name} and walk_key > ${wanted.after} order by walk_key limit ${sql.lit(wanted.marksMax)}`.execute(
    trx,
  );
  const { copyColumns, beginWriting } = wanted;
  // A sign of life, which the lease needs where nobody writes too.
  if (rows.length === 0) await beginWriting();
  const drained = await followMarks(run, trx, { marks: rows, copyColumns, beginWriting });
  return { ...drained, last: rows.at(-1)?.walk_key ?? '' };
}

/** What following takes besides the marks. */
interface FollowTools {
  readonly copyColumns: CopyColumns;
  /** See `Chunk`. */
  readonly beginWriting: Chunk['beginWriting'];
}

/**
 * Derives anew whom the marks name, and deletes exactly these marks: of a key whose marks all name their fact these facts, of every other key
 * all facts of its accounts. Legacy is read by statements that begin after the marks were read, so it shows at least what made them; what is
 * committed later leaves marks of its own, which are not among these.
 */
export async function followMarks(
  run: CutoverRun,
  trx: Trx,
  given: FollowTools & { readonly marks: readonly Mark[] },
): Promise<Drained> {
  const { marks, copyColumns, beginWriting } = given;
  if (marks.length === 0) return { marks: 0n, entries: 0n };
  const { database, system } = run.context;
  const parts = left('the legacy schema', run.legacy).parts;
  const row = left('the row of the cutover', await readCutoverRow(trx, system.name));
  const actor = `migration:${row.run_id}`;
  const chunkOf = (keys: ReadonlySet<string>): Chunk => {
    const source = legacySource(parts, { keys: [...keys].map((key) => readKey(parts.walk, key) as bigint | string) });
    return { database, trx, beginWriting, system, source, actor, pass: row.pass, countsFacts: false, copyColumns };
  };
  const written = chunkOf(new Set(marks.map((mark) => mark.walk_key)));
  const vanished = await vanishedOwners(run, written, [...new Set(marks.map((mark) => mark.owner))]);
  const { wholeKeys, facts } = askedByMarks(marks, { system, parts });
  const whole = new Set(wholeKeys);
  let entries = 0n;
  if (facts.length > 0) {
    const ofFacts = chunkOf(new Set(facts.map(({ walkKey }) => walkKey)));
    const carried = await carryNamed(ofFacts, facts, (source) => withNamedRows(source, { system, parts, facts }));
    entries += carried.entries;
    for (const key of carried.keysLeft) whole.add(key);
  }
  if (whole.size > 0) entries += (await carryScope(chunkOf(whole))).entries;
  if (vanished.length > 0) entries += await reverseAll(written, await stageVanished(written, vanished));
  await beginWriting();
  crashPoint('drain:before-commit');
  const ids = database.dialect.statements.idIn(
    'id',
    marks.map(({ id }) => id),
  );
  await sql`delete from ${sql.table('carryover_marks')} where ${ids}`.execute(trx);
  return { marks: BigInt(marks.length), entries };
}

/** The accounts of owners that were written and that legacy gives none for any more: what they were posted is reversed, and they are closed. */
async function vanishedOwners(run: CutoverRun, chunk: Chunk, owners: readonly string[]): Promise<readonly bigint[]> {
  const { expressions: e, statements } = chunk.database.dialect;
  const kinds = movedKinds(run.context);
  if (kinds.length === 0) return [];
  const wanted = statements.rows('r', {
    columns: { kind: 'text', owner: 'text' },
    rows: owners.flatMap((owner) => kinds.map((kind) => [kind, owner])),
  });
  const given = sql`select q.kind as kind, ${e.text(sql`q.owner`)} as owner from (${chunk.system.accounts(chunk.source)}) as q
    group by q.kind, ${e.text(sql`q.owner`)}`;
  // As in `holdAccounts`: in this order, and by whole names.
  const { rows } = await sql<{ id: bigint }>`select f.id as id
    from (
      select a.id as id, a.kind as kind, a.owner as owner from ${wanted} cross join ${sql.table('carryover_accounts')} as a
      where a.system_name = ${chunk.system.name} and a.kind = r.kind and a.owner = r.owner and a.authority = 'legacy' and a.status <> 'closed') as f
    left join (${given}) as k on k.kind = f.kind and k.owner = f.owner
    where k.owner is null`.execute(chunk.trx);
  return rows.map(({ id }) => id);
}
