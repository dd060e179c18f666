/** Finds the handler of an action and checks its payload. Unknown or damaged actions get a polite answer. */
import type { ActionDefinition, ActionPayload } from '../cards/action.ts';
import type { FormValues } from '../cards/form.ts';
import type { Reply } from '../cards/model.ts';

export type ActionHandler<C, P extends ActionPayload> = (
  caller: C,
  payload: P,
  values: FormValues,
) => Promise<Reply>;

export type Router<C> = {
  readonly on: <P extends ActionPayload>(
    action: ActionDefinition<P>,
    handler: ActionHandler<C, P>,
  ) => void;
  readonly run: (
    caller: C,
    actionId: string,
    payload: ActionPayload,
    values: FormValues,
  ) => Promise<Reply>;
  readonly ids: () => readonly string[];
};

const unknown: Reply = {
  toast: { tone: 'warning', text: '此按钮已经失效，请发送“待办”查看最新事项。' },
};

/** A router for callers of type `C`; registering an action twice is a fault of the program and throws. */
export function createRouter<C>(): Router<C> {
  const routes = new Map<
    string,
    (caller: C, payload: ActionPayload, values: FormValues) => Promise<Reply>
  >();
  return {
    on: (action, handler) => {
      if (routes.has(action.id)) throw new Error(`action ${action.id} registered twice`);
      routes.set(action.id, async (caller, payload, values) => {
        const parsed = action.schema.safeParse(payload);
        return parsed.success ? handler(caller, parsed.data, values) : unknown;
      });
    },
    run: async (caller, actionId, payload, values) =>
      (await routes.get(actionId)?.(caller, payload, values)) ?? unknown,
    ids: () => [...routes.keys()],
  };
}
