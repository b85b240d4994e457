import type { IncomingMessage, ServerResponse } from 'node:http';
import type { paths } from '../src/api/schema';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;

/** What stands in the body of a request. */
type Body<O> = O extends { requestBody?: infer B }
  ? NonNullable<B> extends { content: { 'application/json': infer T } }
    ? T
    : undefined
  : undefined;

/** What is answered when all goes well; nothing where the contract has no JSON. */
type Answer<O> = O extends { responses: infer R }
  ? {
      [S in keyof R & (200 | 201 | 202 | 204)]: R[S] extends { content: { 'application/json': infer T } }
        ? T
        : undefined;
    }[keyof R & (200 | 201 | 202 | 204)]
  : never;

export interface Call<B = unknown> {
  path: Record<string, string>;
  query: URLSearchParams;
  body: B;
  headers: IncomingMessage['headers'];
  response: ServerResponse;
}

/** Thrown by a route: becomes a problem. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly extra: { hint?: string; fields?: { field: string; message: string }[] } = {},
  ) {
    super(detail);
  }
}

/** An answer with another status than 200, or with an ETag. */
export class Answered<T> {
  constructor(
    readonly status: number,
    readonly value: T,
    readonly etag?: string,
  ) {}
}
export const created = <T>(value: T) => new Answered(201, value);
export const begun = <T>(value: T) => new Answered(202, value);
export const tagged = <T>(etag: string, value: T) => new Answered(200, value, etag);

/** The route writes its answer itself. */
export const OPEN = Symbol('open');

type Reply<T> = T | Answered<T> | typeof OPEN;
export type Route<B = unknown, T = unknown> = (call: Call<B>) => Reply<T> | Promise<Reply<T>>;

/** `GET /users/{id}` → what answers: the paths, bodies and answers of the contract. */
export type Routes = {
  [P in keyof paths as P extends `/api/v1${string}` ? P : never]: {
    [
      M in Method as paths[P][M] extends undefined
        ? never
        : `${Uppercase<M>} ${P extends `/api/v1${infer R}` ? R : never}`
    ]: Route<Body<Operation<P, M>>, Answer<Operation<P, M>>>;
  };
} extends infer All
  ? { [K in Keys<All>]?: Named<All, K> }
  : never;

type Keys<All> = { [P in keyof All]: keyof All[P] }[keyof All] & string;
type Named<All, K> = { [P in keyof All]: K extends keyof All[P] ? All[P][K] : never }[keyof All];

/** One page of a list; the cursor is the place where it begins. */
export function paged<T>(all: T[], query: URLSearchParams) {
  const limit = Number(query.get('limit') ?? 50);
  const start = Number(query.get('cursor') ?? 0);
  const next = start + limit < all.length ? String(start + limit) : undefined;
  return { items: all.slice(start, start + limit), next, total: { value: all.length, exact: true } };
}

export function find<T>(list: T[], test: (one: T) => boolean, what: string): T {
  const found = list.find(test);
  if (!found) throw new Refused(404, 'not_found', `${what} does not exist`);
  return found;
}
