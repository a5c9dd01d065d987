import { describe, expect, test } from 'vitest';
import { importedModules, viewsOf } from './source-scan.ts';

describe('views of a source', () => {
  test('a comment is prose, a string is not', () => {
    const { withoutComments } = viewsOf(
      "const url = 'https://example.org'; // mentions postgres\n/* and mysql */ next();",
    );
    expect(withoutComments).toContain('https://example.org');
    expect(withoutComments).not.toMatch(/postgres|mysql/);
    expect(withoutComments).toContain('next();');
  });

  test('every view keeps the length and the lines', () => {
    const source = 'a(`x ${b("}") + `${c}`} // no comment\n`); /* y\n */ d(/[/"]/g);\n';
    for (const view of Object.values(viewsOf(source))) {
      expect(view).toHaveLength(source.length);
      expect(view.split('\n')).toHaveLength(source.split('\n').length);
    }
  });

  test('code inside a template is code, the text around it is not', () => {
    const { codeOnly } = viewsOf('const s = `alpha ${beta({ gamma: `delta ${epsilon}` })} zeta`; eta();');
    expect(codeOnly).toMatch(/beta\(\{ gamma: `\s+\$\{epsilon\}` \}\)\}\s+`; eta\(\);/);
    expect(codeOnly).not.toMatch(/alpha|delta|zeta/);
  });

  test('a regular expression with quotes or slashes does not open a string or a comment', () => {
    const { codeOnly } = viewsOf(
      `text.split(/['"\`]/); const half = total / 2; // gone\nreturn /[/*]/.test(text); last();`,
    );
    expect(codeOnly).toContain('const half = total / 2;');
    expect(codeOnly).toContain('last();');
    expect(codeOnly).not.toContain('gone');
  });

  test('an escaped quote does not end a string', () => {
    expect(viewsOf("say('it\\'s here'); next();").codeOnly).toBe("say('          '); next();");
  });
});

describe('imported modules', () => {
  test('every form of import and re-export is seen', () => {
    const source = [
      "import './side-effect.ts';",
      "import pg, { type Client } from 'pg';",
      'import type {\n  A,\n  B,\n} from "./types.ts";',
      "export { c } from './c.ts';",
      "export * from './all.ts';",
      "const late = await import('./late.ts');",
    ].join('\n');
    expect(importedModules(source)).toEqual([
      './side-effect.ts',
      'pg',
      './types.ts',
      './c.ts',
      './all.ts',
      './late.ts',
    ]);
  });

  test('an import in a comment or a text is not one', () => {
    expect(importedModules("// import './a.ts'\nconst text = `import './b.ts'`;\n/** from './c.ts' */")).toEqual([]);
  });
});
