import type { Duplex } from 'node:stream';
import type { WireValue } from './encode-parameter.ts';

/** A result column as the server describes it. */
export interface WireField {
  readonly name: string;
  readonly dataTypeID: number;
}

/**
 * The part of the `pg` package's connection that a submitted object writes its messages to. `@types/pg` has it with
 * text where numbers travel, hence this description of our own.
 */
export interface WireConnection {
  readonly stream: Duplex;
  parse(message: { name: string; text: string; types: readonly number[] }): void;
  bind(message: { portal: string; statement: string; values: readonly WireValue[] }): void;
  describe(message: { type: 'P'; name: string }): void;
  execute(message: { portal: string; rows: number }): void;
  close(message: { type: 'S' | 'P'; name: string }): void;
  flush(): void;
  sync(): void;
  sendCopyFail(reason: string): void;
}

/**
 * What the `pg` client calls while the answer to a submitted object comes in; each member is called once per message. The
 * client hands over every message until `ReadyForQuery`, or calls `handleError` once, at the first error.
 */
export interface WireReceiver {
  submit(connection: unknown): void;
  handleRowDescription(message: { readonly fields: readonly WireField[] }): void;
  handleDataRow(message: { readonly fields: readonly (string | null)[] }): void;
  handleCommandComplete(message: { readonly text: string }, connection: unknown): void;
  handleEmptyQuery(connection: unknown): void;
  handlePortalSuspended(connection: unknown): void;
  handleReadyForQuery(connection: unknown): void;
  handleError(error: Error, connection: unknown): void;
  handleCopyInResponse(connection: unknown): void;
  handleCopyData(message: unknown, connection: unknown): void;
}
