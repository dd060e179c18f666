/** Uploads and downloads of files and images (§4.10). */
import { extname } from 'node:path';
import { Hono } from 'hono';
import type { Core } from './core.ts';
import { serviceFailure } from './failure.ts';
import { type ApiContext, type ApiEnv, guarded, ok } from './http.ts';
import { messageOf } from './messages.ts';
import { parseJson, type Upload } from './model.ts';
import { readMultipart } from './multipart.ts';
import { newId } from './store.ts';

const maxFileBytes = 30 * 1024 * 1024;
const maxImageBytes = 10 * 1024 * 1024;
const fileTypes = new Set(['opus', 'mp4', 'pdf', 'doc', 'xls', 'ppt', 'stream']);
const imageTypes = new Set(['message', 'avatar']);

const signatures: readonly (readonly [string, string])[] = [
  ['ffd8ff', 'jpg'],
  ['89504e47', 'png'],
  ['47494638', 'gif'],
  ['424d', 'bmp'],
  ['00000100', 'ico'],
  ['49492a00', 'tiff'],
  ['4d4d002a', 'tiff'],
];

function isImage(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 16));
  const hex = head.toString('hex');
  const text = head.toString('latin1');
  return (
    signatures.some(([start]) => hex.startsWith(start)) ||
    text.slice(8, 12) === 'WEBP' ||
    text.slice(4, 8) === 'ftyp'
  );
}

type Received = {
  readonly type: string;
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
};

async function receive(c: ApiContext, typeField: string, fileField: string): Promise<Received> {
  const body = Buffer.from(await c.req.arrayBuffer());
  const parts = readMultipart(c.req.header('content-type') ?? '', body);
  const text = (field: string): string | undefined => {
    const part = parts.get(field);
    return part === undefined ? undefined : Buffer.from(part.bytes).toString('utf8');
  };
  const type = text(typeField);
  const file = parts.get(fileField);
  if (type === undefined || file === undefined) {
    throw serviceFailure(234001, 'Invalid request param.');
  }
  const name = text('file_name') ?? file.filename ?? fileField;
  c.set('upload', `${name} (${file.bytes.length} bytes)`);
  if (file.bytes.length === 0) throw serviceFailure(234010, "File's size can't be 0.");
  return { type, name, bytes: file.bytes };
}

async function uploadFile(core: Core, c: ApiContext): Promise<Response> {
  const { type, name, bytes } = await receive(c, 'file_type', 'file');
  if (!fileTypes.has(type) || extname(name) === '') {
    throw serviceFailure(234001, 'Invalid request param.');
  }
  if (bytes.length > maxFileBytes) {
    throw serviceFailure(234006, 'The file size exceed the max value.');
  }
  const key = newId('file_v3');
  const upload: Upload = { key, kind: 'file', fileType: type, name, size: bytes.length };
  await core.store.addUpload(upload, bytes);
  return ok(c, { file_key: key });
}

async function uploadImage(core: Core, c: ApiContext): Promise<Response> {
  const { type, name, bytes } = await receive(c, 'image_type', 'image');
  if (!imageTypes.has(type)) throw serviceFailure(234001, 'Invalid request param.');
  if (bytes.length > maxImageBytes) {
    throw serviceFailure(234006, 'The file size exceed the max value.');
  }
  if (!isImage(bytes)) throw serviceFailure(234011, "Can't regonize image format.");
  const key = newId('img_v3');
  const upload: Upload = { key, kind: 'image', fileType: type, name, size: bytes.length };
  await core.store.addUpload(upload, bytes);
  return ok(c, { image_key: key });
}

/** The bytes of an upload as a download. @throws LarkFailure 234001 */
export async function download(core: Core, key: string): Promise<Response> {
  const upload = core.store.uploads.get(key);
  const bytes = await core.store.bytesOf(key);
  if (upload === undefined || bytes === null) {
    throw serviceFailure(234001, 'Invalid request param.');
  }
  return new Response(bytes, {
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(bytes.length),
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(upload.name)}`,
    },
  });
}

function resource(core: Core, c: ApiContext): Promise<Response> {
  const message = messageOf(core, c.req.param('message_id') ?? '');
  const key = c.req.param('file_key') ?? '';
  const type = c.req.query('type');
  if (message.type === 'interactive') {
    throw serviceFailure(234043, 'Unsupported message type.');
  }
  const body = parseJson(message.content) ?? {};
  if ((type !== 'file' && type !== 'image') || body[`${type}_key`] !== key) {
    throw serviceFailure(234001, 'Invalid request param.');
  }
  return download(core, key);
}

/** Routes below `/open-apis/im/v1`. */
export function fileRoutes(core: Core): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  routes.post('/files', guarded(core, 'fileUpload'), (c) => uploadFile(core, c));
  routes.post('/images', guarded(core, 'imageUpload'), (c) => uploadImage(core, c));
  routes.get('/files/:key', guarded(core, 'fileGet'), (c) => download(core, c.req.param('key')));
  routes.get('/images/:key', guarded(core, 'imageGet'), (c) => download(core, c.req.param('key')));
  routes.get('/messages/:message_id/resources/:file_key', guarded(core, 'resource'), (c) =>
    resource(core, c),
  );
  return routes;
}
