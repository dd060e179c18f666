/** The whole directory, department by department (sheet §6, §10.8). */
import { z } from 'zod';
import type { Delivery } from '../messenger.ts';
import type { LarkClient } from './client.ts';
import { readPages } from './pages.ts';

export type DirectoryPerson = {
  readonly openId: string;
  /** '' when the platform does not tell. */
  readonly unionId: string;
  readonly name: string;
  readonly active: boolean;
  readonly departmentIds: readonly string[];
};

const ROOT = '0';
/** The subtree is too large for one listing (§6.1). */
const TOO_LARGE = '43010';

const departmentSchema = z.looseObject({
  open_department_id: z.string().min(1),
  status: z.looseObject({ is_deleted: z.boolean().optional() }).nullish(),
});

const flag = z.boolean().optional();
const userSchema = z.looseObject({
  open_id: z.string().min(1),
  union_id: z.string().nullish(),
  name: z.string().nullish(),
  is_frozen: flag,
  status: z
    .looseObject({ is_frozen: flag, is_resigned: flag, is_activated: flag, is_exited: flag })
    .nullish(),
});

type User = z.infer<typeof userSchema>;

/** Walks everything the app may see. A single failed page fails the walk: a short list would look like people who left. */
export async function walkDirectory(
  client: LarkClient,
): Promise<Delivery<readonly DirectoryPerson[]>> {
  const departments = await departmentsBelow(client, ROOT);
  if (!departments.ok) return departments;
  const people = new Map<string, DirectoryPerson>();
  for (const department of [ROOT, ...new Set(departments.value)]) {
    const members = await readPages(client, {
      path: 'contact/v3/users/find_by_department',
      params: { ...ID_TYPES, department_id: department },
      item: userSchema,
    });
    if (!members.ok) return members;
    for (const user of members.value) {
      people.set(user.open_id, personOf(user, department, people.get(user.open_id)));
    }
  }
  return { ok: true, value: [...people.values()] };
}

const ID_TYPES = { department_id_type: 'open_department_id', user_id_type: 'open_id' };

/** The ids of all departments below `parent`; a subtree that is too large is walked level by level. */
async function departmentsBelow(
  client: LarkClient,
  parent: string,
): Promise<Delivery<readonly string[]>> {
  const whole = await childrenOf(client, parent, true);
  if (whole.ok || whole.failure.code !== TOO_LARGE) return whole;
  const direct = await childrenOf(client, parent, false);
  if (!direct.ok) return direct;
  const all = [...direct.value];
  for (const child of direct.value) {
    const below = await departmentsBelow(client, child);
    if (!below.ok) return below;
    all.push(...below.value);
  }
  return { ok: true, value: all };
}

async function childrenOf(
  client: LarkClient,
  parent: string,
  recursive: boolean,
): Promise<Delivery<readonly string[]>> {
  const children = await readPages(client, {
    path: `contact/v3/departments/${encodeURIComponent(parent)}/children`,
    params: { ...ID_TYPES, fetch_child: recursive },
    item: departmentSchema,
  });
  if (!children.ok) return children;
  const living = children.value.filter((department) => department.status?.is_deleted !== true);
  return { ok: true, value: living.map((department) => department.open_department_id) };
}

/** A person of several departments is listed in each of them. */
function personOf(user: User, department: string, known?: DirectoryPerson): DirectoryPerson {
  return {
    openId: user.open_id,
    unionId: user.union_id ?? '',
    name: user.name ?? '',
    active: isActive(user),
    departmentIds: [...new Set([...(known?.departmentIds ?? []), department])],
  };
}

/** §6.2; without the scope for it `status` is missing, which says nothing against the person. */
function isActive({ status, is_frozen: frozen }: User): boolean {
  if (frozen === true) return false;
  if (status === undefined || status === null) return true;
  const out = status.is_resigned === true || status.is_frozen === true || status.is_exited === true;
  return status.is_activated === true && !out;
}
