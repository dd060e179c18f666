/** contact/v3 and bot/v3/info: a flat organisation below the root department (§6, §7). */
import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Core } from './core.ts';
import { type Department, openDepartmentIdOf } from './directory.ts';
import { serviceFailure } from './failure.ts';
import { type ApiContext, type ApiEnv, guarded, ok, readQuery } from './http.ts';
import type { Json, SimulatedPerson } from './model.ts';
import { page } from './paging.ts';

const idTypes = {
  user_id_type: z.enum(['open_id', 'union_id', 'user_id']).default('open_id'),
  department_id_type: z.enum(['open_department_id', 'department_id']).default('open_department_id'),
};
const paged = z.object({
  ...idTypes,
  page_size: z.coerce.number().int().default(10),
  page_token: z.string().optional(),
});
type Paged = z.infer<typeof paged>;

function pageOf<T>(all: readonly T[], query: Paged, max: number, of: string) {
  const { page_size: size, page_token: token, ...rest } = query;
  if (size < 1 || size > max) throw serviceFailure(40011, 'page size is invalid');
  return page(all, { size, token, query: { ...rest, of } });
}

type DepartmentIdType = Paged['department_id_type'];

const departmentIdOf = (person: SimulatedPerson, type: DepartmentIdType): string =>
  type === 'department_id' ? person.departmentId : openDepartmentIdOf(person.departmentId);

const userData = (person: SimulatedPerson, type: DepartmentIdType): Json => ({
  open_id: person.openId,
  union_id: person.unionId,
  user_id: person.userId,
  name: person.name,
  en_name: '',
  nickname: '',
  job_title: person.title,
  gender: 0,
  mobile_visible: false,
  is_frozen: false,
  is_tenant_manager: false,
  status: {
    is_frozen: false,
    is_resigned: false,
    is_activated: true,
    is_exited: false,
    is_unjoin: false,
  },
  department_ids: [departmentIdOf(person, type)],
  leader_user_id: '',
  orders: [
    {
      department_id: departmentIdOf(person, type),
      user_order: 0,
      department_order: 0,
      is_primary_dept: true,
    },
  ],
  employee_type: 1,
});

const departmentData = (department: Department, index: number): Json => ({
  name: department.name,
  i18n_name: { zh_cn: department.name, en_us: '', ja_jp: '' },
  parent_department_id: '0',
  department_id: department.departmentId,
  open_department_id: department.openDepartmentId,
  leader_user_id: '',
  chat_id: '',
  order: String((index + 1) * 100),
  unit_ids: [],
  member_count: department.memberCount,
  status: { is_deleted: false },
  leaders: [],
  group_chat_employee_types: [],
  department_hrbps: [],
});

async function departmentOf(core: Core, id: string): Promise<Department | null> {
  if (id === '0') return null;
  const all = await core.directory.departments();
  const found = all.find((item) => item.openDepartmentId === id || item.departmentId === id);
  if (found === undefined) throw serviceFailure(40004, 'no dept authority error', 403);
  return found;
}

async function children(core: Core, c: ApiContext): Promise<Response> {
  const query = readQuery(c, paged.extend({ fetch_child: z.string().optional() }));
  const id = c.req.param('department_id') ?? '';
  const parent = await departmentOf(core, id);
  const all = parent === null ? await core.directory.departments() : [];
  const { items, ...more } = pageOf(all.map(departmentData), query, 50, id);
  return ok(c, { ...more, items });
}

async function members(core: Core, c: ApiContext): Promise<Response> {
  const query = readQuery(c, paged.extend({ department_id: z.string().min(1) }));
  const department = await departmentOf(core, query.department_id);
  const people = await core.directory.people();
  const direct = people.filter(
    (person) => openDepartmentIdOf(person.departmentId) === department?.openDepartmentId,
  );
  const { items, ...more } = pageOf(direct, query, 50, query.department_id);
  const type = query.department_id_type;
  return ok(c, { ...more, items: items.map((person) => userData(person, type)) });
}

async function batch(core: Core, c: ApiContext): Promise<Response> {
  const { user_id_type: idType, department_id_type: type } = readQuery(c, z.object(idTypes));
  const ids = c.req.queries('user_ids') ?? [];
  if (ids.length === 0 || ids.length > 50) throw serviceFailure(40001, 'param error: user_ids');
  const people = await Promise.all(ids.map((id) => core.directory.find(idType, id)));
  const found = people.filter((item) => item !== undefined);
  return ok(c, { items: found.map((person) => userData(person, type)) });
}

async function one(core: Core, c: ApiContext): Promise<Response> {
  const { user_id_type: idType, department_id_type: type } = readQuery(c, z.object(idTypes));
  const person = await core.directory.find(idType, c.req.param('user_id') ?? '');
  if (person === undefined) throw serviceFailure(41050, 'no user authority error');
  return ok(c, { user: userData(person, type) });
}

async function scopes(core: Core, c: ApiContext): Promise<Response> {
  const query = readQuery(c, paged);
  const departments = await core.directory.departments();
  const ids = departments.map((item) =>
    query.department_id_type === 'department_id' ? item.departmentId : item.openDepartmentId,
  );
  const { items, ...more } = pageOf(ids, query, 100, 'scopes');
  return ok(c, { ...more, department_ids: items, user_ids: [], group_ids: [] });
}

/** The bot's own open_id follows from its app. */
const botOpenIdOf = (appId: string): string =>
  `ou_${createHash('sha256').update(`bot/${appId}`).digest('hex').slice(0, 32)}`;

/** Routes below `/open-apis`. */
export function contactRoutes(core: Core): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  const at = '/contact/v3';
  routes.get(`${at}/departments/:department_id/children`, guarded(core, 'children'), (c) =>
    children(core, c),
  );
  routes.get(`${at}/users/find_by_department`, guarded(core, 'members'), (c) => members(core, c));
  routes.get(`${at}/users/batch`, guarded(core, 'users'), (c) => batch(core, c));
  routes.get(`${at}/users/:user_id`, guarded(core, 'user'), (c) => one(core, c));
  routes.get(`${at}/scopes`, guarded(core, 'scopes'), (c) => scopes(core, c));
  routes.get('/bot/v3/info', guarded(core, 'botInfo'), (c) =>
    c.json({
      code: 0,
      msg: 'ok',
      bot: {
        activate_status: 2,
        app_name: '廉哨',
        avatar_url: '',
        ip_white_list: [],
        open_id: botOpenIdOf(core.options.app.appId),
      },
    }),
  );
  return routes;
}
