// The public face of `carryover/client`: nothing here needs Node, so it runs in browsers too.

export { createClient, ApiError, type Client, type ClientOptions, type OperationName } from './create-client.ts';
export type { Operations } from './generated/operations.ts';
