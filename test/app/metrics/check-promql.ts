/** What a series carries, and whether the query at hand gives numbers, series at one time, or series over a while. */
export interface QueryShape {
  readonly type: 'scalar' | 'vector' | 'range';
  readonly labels: ReadonlySet<string>;
}

/** The labels of every series that there is, by its name: those of a histogram under each of their suffixes. */
export type KnownSeries = ReadonlyMap<string, ReadonlySet<string>>;

const TOKEN =
  /\s*(?:(?<number>\d+(?:\.\d+)?(?![\w.]))|(?<duration>\d+[smhdwy])|(?<word>[A-Za-z_][\w:]*)|(?<text>"(?:[^"\\]|\\.)*")|(?<sign>=~|!~|!=|>=|<=|==|[-+*/%(){}[\],:=<>]))/y;
const AGGREGATIONS = new Set(['sum', 'min', 'max', 'avg', 'count']);
/** Functions of a range, those of one figure each. */
const OVER_RANGE = new Set(['rate', 'increase', 'min_over_time', 'max_over_time', 'avg_over_time', 'delta']);
/** Operators by how loosely they bind. */
const OPERATORS = [['or'], ['and', 'unless'], ['==', '!=', '>', '<', '>=', '<='], ['+', '-'], ['*', '/', '%']] as const;
const NONE: ReadonlySet<string> = new Set();
const SCALAR: QueryShape = { type: 'scalar', labels: NONE };

/**
 * Reads an expression of Prometheus as far as alert rules need it, and says what it gives. Throws an Error for what Prometheus would not
 * read, for series and labels that there are not, and for two sides whose labels could never match, of which an alert never fires.
 */
export function checkPromql(expr: string, known: KnownSeries): QueryShape {
  const reader = new Reader(expr, known);
  const shape = reader.operation(0);
  if (!reader.isAtEnd) throw new Error(`"${reader.peek()}" stands where ${expr} should have ended.`);
  return shape;
}

class Reader {
  readonly #tokens: readonly string[];
  readonly #known: KnownSeries;
  #at = 0;

  constructor(expr: string, known: KnownSeries) {
    this.#tokens = tokensOf(expr);
    this.#known = known;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  peek(): string {
    return this.#tokens[this.#at] ?? '';
  }

  operation(level: number): QueryShape {
    const operators: readonly string[] | undefined = OPERATORS[level];
    if (operators === undefined) return this.#ranged();
    let left = this.operation(level + 1);
    while (operators.includes(this.peek())) {
      const operator = this.#take();
      left = joined(operator, left, this.operation(level + 1));
    }
    return left;
  }

  /** A value, and what may follow it: a range, a subquery, an offset. */
  #ranged(): QueryShape {
    let shape = this.#value();
    if (this.#skip('[')) {
      if (shape.type !== 'vector') throw new Error('Only series can be looked at over a while.');
      this.#duration();
      if (this.#skip(':') && this.peek() !== ']') this.#duration();
      this.#expect(']');
      shape = { ...shape, type: 'range' };
    }
    if (this.#skip('offset')) this.#duration();
    return shape;
  }

  #value(): QueryShape {
    const token = this.#take();
    if (token === '(') {
      const inner = this.operation(0);
      this.#expect(')');
      return inner;
    }
    if (token === '-') return this.#value();
    if (/^\d+(?:\.\d+)?$/.test(token)) return SCALAR;
    if (AGGREGATIONS.has(token)) return this.#aggregation();
    if (this.peek() === '(') return this.#call(token);
    return this.#selector(token);
  }

  #aggregation(): QueryShape {
    const by = this.#skip('by') ? this.#labels() : NONE;
    this.#expect('(');
    const inner = this.operation(0);
    this.#expect(')');
    if (inner.type !== 'vector') throw new Error('Only series at one time can be put together.');
    for (const label of by) requireLabel(inner.labels, label);
    return { type: 'vector', labels: by };
  }

  #call(name: string): QueryShape {
    this.#expect('(');
    const given: QueryShape[] = [];
    while (this.peek() !== ')') {
      given.push(this.operation(0));
      if (!this.#skip(',')) break;
    }
    this.#expect(')');
    const [first, second] = given;
    const types = given.map(({ type }) => type).join();
    if (name === 'time' && types === '') return SCALAR;
    if (OVER_RANGE.has(name) && types === 'range' && first !== undefined) return { ...first, type: 'vector' };
    if (name === 'histogram_quantile' && types === 'scalar,vector' && second !== undefined) {
      requireLabel(second.labels, 'le');
      return { type: 'vector', labels: new Set([...second.labels].filter((label) => label !== 'le')) };
    }
    throw new Error(`${name}(${types}) is no function of Prometheus that these rules may use.`);
  }

  #selector(name: string): QueryShape {
    const labels = this.#known.get(name);
    if (labels === undefined) throw new Error(`There is no series ${name}.`);
    if (this.#skip('{')) {
      while (this.peek() !== '}') {
        requireLabel(labels, this.#take());
        if (!['=', '!=', '=~', '!~'].includes(this.#take())) throw new Error('A label is compared by =, !=, =~ or !~.');
        if (!this.#take().startsWith('"')) throw new Error('A label is compared with a text in quotes.');
        if (!this.#skip(',')) break;
      }
      this.#expect('}');
    }
    return { type: 'vector', labels };
  }

  #labels(): ReadonlySet<string> {
    const labels = new Set<string>();
    this.#expect('(');
    while (this.peek() !== ')') {
      labels.add(this.#take());
      if (!this.#skip(',')) break;
    }
    this.#expect(')');
    return labels;
  }

  #duration(): void {
    const token = this.#take();
    if (!/^\d+[smhdwy]$/.test(token)) throw new Error(`"${token}" is no time such as 5m.`);
  }

  #take(): string {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  #skip(token: string): boolean {
    const isThere = this.peek() === token;
    if (isThere) this.#at += 1;
    return isThere;
  }

  #expect(token: string): void {
    if (!this.#skip(token)) throw new Error(`"${this.peek()}" stands where "${token}" is expected.`);
  }
}

function tokensOf(expr: string): readonly string[] {
  const tokens: string[] = [];
  for (let at = 0; at < expr.trimEnd().length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const [found] = TOKEN.exec(expr) ?? [];
    if (found === undefined) throw new Error(`"${expr.slice(at)}" is nothing that Prometheus reads.`);
    tokens.push(found.trimStart());
  }
  return tokens;
}

/** Two sides with other labels match nowhere: what they give is always empty, without an error. */
function joined(operator: string, left: QueryShape, right: QueryShape): QueryShape {
  const types = [left.type, right.type];
  if (types.includes('range')) throw new Error(`"${operator}" stands between figures over a while.`);
  if (left.type === 'vector' && right.type === 'vector') {
    if ([...left.labels].toSorted().join() !== [...right.labels].toSorted().join())
      throw new Error(`"${operator}" stands between series with other labels.`);
    return left;
  }
  if (['and', 'or', 'unless'].includes(operator)) throw new Error(`"${operator}" stands between numbers.`);
  return left.type === 'vector' ? left : right;
}

function requireLabel(labels: ReadonlySet<string>, label: string): void {
  if (!labels.has(label)) throw new Error(`The label ${label} is none of ${[...labels].join(', ') || 'no labels'}.`);
}
