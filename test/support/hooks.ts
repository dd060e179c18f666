/** Houses and bureaus that a file's or group's hooks open before its tests and close after them. */
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type Bureau, openBureau } from './bureau.ts';
import { type House, type HouseOptions, openHouse } from './house.ts';

/** The house of the surrounding group; open once its hooks have run. */
export function useHouse(local?: string, options?: HouseOptions): House {
  const { standIn, put } = placeFor<House>();
  beforeAll(async () => put(await openHouse(local, options)));
  afterAll(() => standIn.close());
  return standIn;
}

/** The same with a cycle launched at once. */
export function useLaunchedHouse(local?: string, options?: HouseOptions): House {
  const house = useHouse(local, options);
  beforeAll(() => house.launch());
  return house;
}

/** The bureau of the surrounding file or group, with a cycle launched. */
export function useLaunchedBureau(): Bureau {
  const { standIn, put } = placeFor<Bureau>();
  beforeAll(async () => {
    put(await openBureau());
    await standIn.launch();
  });
  afterAll(() => standIn.close());
  return standIn;
}

/** A fresh bureau for each test; nothing is launched. */
export function useFreshBureaus(): Bureau {
  const { standIn, put } = placeFor<Bureau>();
  beforeEach(async () => put(await openBureau()));
  afterEach(() => standIn.close());
  return standIn;
}

type Closed = { readonly close: () => Promise<void> };

/** Stands for what is opened later; closing what was never opened does nothing. */
function placeFor<T extends Closed>() {
  let opened: T | undefined;
  const close = async (): Promise<void> => {
    const last = opened;
    opened = undefined;
    await last?.close();
  };
  const standIn = new Proxy({} as T, {
    get: (_nothing, name) => {
      if (name === 'close') return close;
      if (opened === undefined) throw new Error('it is opened by the hooks of this group');
      return Reflect.get(opened, name);
    },
  });
  const put = (fresh: T): void => {
    opened = fresh;
  };
  return { standIn, put };
}
