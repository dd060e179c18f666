/** The tenant's people as the platform sees them, read afresh whenever asked. */
import { createHash } from 'node:crypto';
import { LarkFailure, serviceFailure } from './failure.ts';
import type { SimulatedPerson } from './model.ts';
import type { Store } from './store.ts';

export type Department = {
  readonly openDepartmentId: string;
  readonly departmentId: string;
  readonly name: string;
  readonly memberCount: number;
};

type UserIdType = 'open_id' | 'union_id' | 'user_id';

export type Directory = {
  people(): Promise<readonly SimulatedPerson[]>;
  departments(): Promise<readonly Department[]>;
  /**
   * The person behind an id.
   * @throws LarkFailure 230013 for one who has left, 99992351… for an id never seen, 230034 for a wrong form
   */
  receiver(idType: string, id: string): Promise<SimulatedPerson>;
  find(idType: UserIdType, id: string): Promise<SimulatedPerson | undefined>;
};

const idMembers = { open_id: 'openId', union_id: 'unionId', user_id: 'userId' } as const;
const unknownCodes = { open_id: 99992351, union_id: 99992352, user_id: 99992353 } as const;
const prefixes = { open_id: 'ou_', union_id: 'on_', user_id: '' } as const;

const isUserIdType = (value: string): value is UserIdType => value in idMembers;

/** The `od-…` id of a department whose own id may be anything. */
export const openDepartmentIdOf = (departmentId: string): string =>
  departmentId.startsWith('od-')
    ? departmentId
    : `od-${createHash('sha256').update(departmentId).digest('hex').slice(0, 32)}`;

function departmentsOf(people: readonly SimulatedPerson[]): readonly Department[] {
  const found = new Map<string, Department>();
  for (const { departmentId, departmentName } of people) {
    const openDepartmentId = openDepartmentIdOf(departmentId);
    const memberCount = (found.get(openDepartmentId)?.memberCount ?? 0) + 1;
    found.set(openDepartmentId, {
      openDepartmentId,
      departmentId,
      name: departmentName,
      memberCount,
    });
  }
  return [...found.values()];
}

/** Reads people through `read` and remembers everybody it ever saw. */
export function createDirectory(
  read: () => Promise<readonly SimulatedPerson[]>,
  store: Store,
): Directory {
  const people = async (): Promise<readonly SimulatedPerson[]> => {
    const list = await read();
    for (const person of list) store.seen.set(person.openId, person);
    return list;
  };
  const match = (list: Iterable<SimulatedPerson>, idType: UserIdType, id: string) =>
    [...list].find((person) => person[idMembers[idType]] === id);

  return {
    people,
    departments: async () => departmentsOf(await people()),
    find: async (idType, id) => match(await people(), idType, id),
    receiver: async (idType, id) => {
      if (!isUserIdType(idType)) throw serviceFailure(230034, 'The receive_id is invalid.');
      const person = match(await people(), idType, id);
      if (person !== undefined) return person;
      if (match(store.seen.values(), idType, id) !== undefined) {
        throw serviceFailure(230013, 'Bot has NO availability to this user.');
      }
      if (!id.startsWith(prefixes[idType])) {
        throw serviceFailure(230034, 'The receive_id is invalid.');
      }
      throw new LarkFailure({
        code: unknownCodes[idType],
        msg: `The request you send is not a valid {${idType}} or not exists.`,
        error: {},
      });
    },
  };
}
