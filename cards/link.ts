/** A button that opens one of the product's own pages; the surface knows at which address they stand. */

/** The path of a hosted page; who opens it proves who he is there, so a path carries no secret (contract §3). */
export type PagePath = `/page/${string}`;

export type Link = { readonly text: string; readonly page: PagePath };

/** The page of one form; its writer alone may open it. */
export const formPage = (procedureId: string): PagePath => `/page/form/${procedureId}`;

/** The overview of everything the visitor answers for. */
export const PROGRESS_PAGE: PagePath = '/page/progress';
