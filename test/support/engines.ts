/** The engines every test under `test/` runs on; `mysql` is MariaDB where Debian's package supplies the server. */
export const TEST_ENGINES = ['sqlite', 'postgres', 'mysql'] as const;

/** One of the engines the tests run on. */
export type Engine = (typeof TEST_ENGINES)[number];

/** What a person types to start the server of an engine that is missing; the URLs match compose.yaml. */
export const HOW_TO_START: Readonly<Record<Engine, string>> = {
  sqlite: 'nothing: it is part of the installation',
  postgres:
    'docker compose up -d postgres && export CARRYOVER_TEST_POSTGRES_URL=postgres://carryover:carryover@127.0.0.1:54329/postgres',
  mysql: 'docker compose up -d mariadb && export CARRYOVER_TEST_MYSQL_URL=mysql://root:carryover@127.0.0.1:33069/mysql',
};

/** The variable that names a server to test against instead of one started for the run; undefined where none is needed. */
export const SERVER_URL_VARIABLE: Readonly<Record<Engine, string | undefined>> = {
  sqlite: undefined,
  postgres: 'CARRYOVER_TEST_POSTGRES_URL',
  mysql: 'CARRYOVER_TEST_MYSQL_URL',
};

/** The URL of a server somebody else runs for these tests, or undefined when the tests start their own. */
export function externalServerUrl(engine: Engine): string | undefined {
  const variable = SERVER_URL_VARIABLE[engine];
  const url = variable === undefined ? undefined : process.env[variable];
  return url === '' ? undefined : url;
}

/** Reads one engine name. Throws an Error that lists the names there are, so that a typing mistake never runs nothing. */
export function parseEngine(text: string): Engine {
  const engine = TEST_ENGINES.find((known) => known === text);
  if (engine === undefined) {
    throw new Error(
      `Cannot test on engine "${text}": unknown, against ${TEST_ENGINES.join(', ')}. Correct the list in ENGINES.`,
    );
  }
  return engine;
}

/** The engines that `ENGINES=sqlite,postgres` asks for, in the fixed order; all of them when the variable is not set. */
export function chosenEngines(list: string | undefined = process.env['ENGINES']): readonly Engine[] {
  if (list === undefined || list.trim() === '') return TEST_ENGINES;
  const chosen = new Set(list.split(',').map((name) => parseEngine(name.trim())));
  return TEST_ENGINES.filter((engine) => chosen.has(engine));
}
