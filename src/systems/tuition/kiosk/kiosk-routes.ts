import { Type, type TSchema } from 'typebox';
import { defineRoute, Reply, type Route } from '../../../http/route.ts';
import { kioskDocument } from './kiosk-document.ts';
import { kioskStyles } from './kiosk-styles.ts';
import { PAGE_MODULES, pageModule, type PageModule } from './page-modules.ts';

/** Asked for anew each time the page is opened, so that page and modules are of one release; that is once a day. */
const headers = { 'cache-control': 'no-cache' };

const moduleFile: TSchema = Type.Union(
  PAGE_MODULES.map((name) => Type.Literal(`${name}.js`)),
  { description: 'A module of the page' },
);

/**
 * The page for a school's door, at /kiosk. It is public because it holds nothing: whoever opens it needs a key to ask about a pupil,
 * which the page sends to `/api/tuition/scan`.
 */
export const kioskRoutes: readonly Route<object>[] = [
  defineRoute<object>({
    method: 'GET',
    path: '/kiosk',
    name: 'tuition.kiosk',
    title: 'The page for the door: reads cards and shows who may come in',
    tag: 'tuition',
    access: 'public',
    answer: { contentType: 'text/html; charset=utf-8' },
    errors: [],
    key: 'none',
    handle: async () => new Reply(kioskDocument, { headers }),
  }),
  defineRoute<object>({
    method: 'GET',
    path: '/kiosk/kiosk.css',
    name: 'tuition.kiosk-styles',
    title: 'The style of the page for the door',
    tag: 'tuition',
    access: 'public',
    answer: { contentType: 'text/css; charset=utf-8' },
    errors: [],
    key: 'none',
    handle: async () => new Reply(kioskStyles, { headers }),
  }),
  defineRoute<object>({
    method: 'GET',
    path: '/kiosk/:module',
    name: 'tuition.kiosk-module',
    title: 'A module of the page for the door',
    tag: 'tuition',
    access: 'public',
    params: Type.Object({ module: moduleFile }, { additionalProperties: false }),
    answer: { contentType: 'text/javascript; charset=utf-8' },
    errors: [],
    key: 'none',
    async handle(_scope, { params }) {
      const name = String(params['module']).replace(/\.js$/, '') as PageModule;
      return new Reply(await pageModule(name), { headers });
    },
  }),
];
