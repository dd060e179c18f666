/** What the hosted pages need of the house; `app.ts` plugs it in. */
import type { Dashboard, DashboardQuery } from '../../cards/dashboard.ts';
import type { Card } from '../../cards/model.ts';
import type { Receive } from '../inbound.ts';
import type { Login } from '../login.ts';

export type Visitor = {
  readonly platform: string;
  readonly userId: string;
  readonly person: string;
  readonly name: string;
};

export type Visits = {
  /** The key of a new visit; null = nobody the organisation knows. */
  readonly open: (user: {
    readonly platform: string;
    readonly userId: string;
  }) => Promise<string | null>;
  readonly visitor: (key: string) => Promise<Visitor | undefined>;
  /** Ends the visit and all others of the same person. */
  readonly end: (key: string) => Promise<void>;
};

export type Refused = { readonly kind: 'refused'; readonly text: string };

export type FormSight =
  | Refused
  | { readonly kind: 'card'; readonly card: Card; readonly revision: number };

export type ProgressSight = Refused | { readonly kind: 'progress'; readonly dashboard: Dashboard };

export type PageViews = {
  readonly form: (person: string, procedureId: string) => Promise<FormSight>;
  readonly progress: (person: string, query: DashboardQuery) => Promise<ProgressSight>;
};

type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void;

export type PagePorts = {
  readonly login: Login;
  readonly visits: Visits;
  readonly views: PageViews;
  /** A button of a page takes the way of a click in a chat. */
  readonly receive: Receive;
  /** The address browsers reach, without a slash at the end. */
  readonly publicUrl: string;
  /** Signs cookies and tokens. */
  readonly secret: string;
  readonly logger: { readonly info: Write; readonly warn: Write; readonly error: Write };
};
