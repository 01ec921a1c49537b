import { notifications } from '@mantine/notifications'
import { QueryClient, keepPreviousData, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import type { Query } from '@tanstack/react-query'
import type { AnswerOf, Endpoint, SentTo } from '../server/platform/endpoint.ts'

/** Why the server said no: `title` is written for the person, `code` is stable, `faults` name fields. */
export interface Refusal extends Error {
  status: number
  code: string
  title: string
  facts: Record<string, unknown>
  faults: { field: string; message: string }[]
}

const refusal = (status: number, code: string, title: string, problem: { facts?: Record<string, unknown>; errors?: Refusal['faults'] } = {}): Refusal =>
  Object.assign(new Error(title), { status, code, title, facts: problem.facts ?? {}, faults: problem.errors ?? [] })

export const isRefusal = (error: unknown): error is Refusal => error instanceof Error && 'faults' in error
/** The answer never arrived: what was sent may have happened, so it is repeated with the same key or not at all. */
export const isOffline = (error: unknown) => isRefusal(error) && error.code === 'offline'

/** The address of an endpoint: params in the path, and for GET the rest in the query. */
export function addressOf(endpoint: Pick<Endpoint, 'method' | 'path'>, input: object = {}): string {
  const rest: Record<string, unknown> = { ...input }
  const path = endpoint.path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = rest[name]
    delete rest[name]
    return encodeURIComponent(String(value))
  })
  if (endpoint.method !== 'GET') return path
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(rest)) {
    for (const single of Array.isArray(value) ? value : [value])
      if (single !== undefined && single !== null && single !== '') search.append(name, String(single))
  }
  return search.size ? `${path}?${search}` : path
}

/**
 * Calls an endpoint. For a change give `key` to repeat the same act: the server answers a known key with its first
 * answer. For an upload put the `File` in `file`; the rest of the input then goes in the address, as its contract says, but for what
 * `secret` holds (a password), which goes in the form.
 * @throws Refusal; code `offline` when no answer came
 */
export async function call<E extends Endpoint>(
  endpoint: E,
  input?: SentTo<E>,
  options: { key?: string; signal?: AbortSignal; file?: File; secret?: Record<string, string> } = {},
): Promise<AnswerOf<E>> {
  const headers: Record<string, string> = { accept: 'application/json' }
  let body: BodyInit | undefined
  if (endpoint.method !== 'GET') {
    headers['idempotency-key'] = options.key ?? crypto.randomUUID()
    if (options.file) {
      body = new FormData()
      for (const [name, value] of Object.entries(options.secret ?? {})) body.append(name, value)
      body.append('file', options.file)
    } else {
      headers['content-type'] = 'application/json'
      body = JSON.stringify(withoutParams(endpoint, input as object | undefined))
    }
  }
  let response: Response
  try {
    response = await fetch(
      options.file ? addressOf({ method: 'GET', path: endpoint.path }, input as object | undefined) : addressOf(endpoint, input as object | undefined),
      {
        method: endpoint.method,
        headers,
        credentials: 'same-origin',
        ...(body === undefined ? {} : { body }),
        ...(options.signal ? { signal: options.signal } : {}),
      },
    )
  } catch (error) {
    if (options.signal?.aborted) throw error
    throw refusal(0, 'offline', 'Sem conexão com o servidor')
  }
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as AnswerOf<E>
  throw await readRefusal(response)
}

async function readRefusal(response: Response): Promise<Refusal> {
  // a proxy in front answers these while the server restarts
  if ([502, 503, 504].includes(response.status)) return refusal(response.status, 'offline', 'O servidor não está respondendo')
  const problem = (await response.json().catch(() => ({}))) as { code?: string; title?: string; facts?: Record<string, unknown>; errors?: Refusal['faults'] }
  return refusal(response.status, problem.code ?? 'unreadable', problem.title ?? `O servidor respondeu ${response.status}`, problem)
}

function withoutParams(endpoint: Endpoint, input: object = {}) {
  const params = new Set(endpoint.path.match(/(?<=:)\w+/g))
  // one order may be sent as a list: a list has no params to take out
  return Array.isArray(input) ? input : Object.fromEntries(Object.entries(input).filter(([name]) => !params.has(name)))
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: true,
      retry: (failures, error) => isOffline(error) && failures < 3,
      throwOnError: false,
    },
    mutations: { retry: false, networkMode: 'always' },
  },
})

/** Reads everything again that a screen shows; who is signed in changes only by signing in or out. `but` leaves some for later. */
export const readAgain = (options: { joinRunning?: boolean; but?: (query: Query) => boolean } = {}) =>
  queries.invalidateQueries(
    { predicate: (query) => query.queryKey[0] !== 'session' && !options.but?.(query), refetchType: 'active' },
    { cancelRefetch: !options.joinRunning },
  )

/** Somebody must sign in: set by the session (session.ts), so that this file knows no screen. */
export const onSignedOut: { run: () => void } = { run: () => undefined }

async function read<E extends Endpoint>(endpoint: E, input: SentTo<E> | undefined, signal: AbortSignal): Promise<AnswerOf<E>> {
  try {
    return await call(endpoint, input, { signal })
  } catch (error) {
    if (isRefusal(error) && error.code === 'sign_in_first') onSignedOut.run()
    throw error
  }
}

/** What an endpoint answers, kept current by `/live`. Pass `when: false` to wait. */
export function useRead<E extends Endpoint>(endpoint: E, input?: SentTo<E>, options: { when?: boolean; keepPrevious?: boolean } = {}) {
  return useQuery<AnswerOf<E>, Refusal>({
    queryKey: [endpoint.name, input ?? {}],
    queryFn: ({ signal }) => read(endpoint, input, signal),
    enabled: options.when ?? true,
    ...(options.keepPrevious === false ? {} : { placeholderData: keepPreviousData as never }),
  })
}

/** What a list shows: the rows so far, and how to get more or try again. */
export interface Rows<Row> {
  rows: Row[]
  loading: boolean
  error: Refusal | null
  retry: () => void
  /** The next page; null when these are all. */
  more: (() => void) | null
  loadingMore: boolean
}

type RowOf<E> = AnswerOf<E> extends { rows: (infer Row)[] } ? Row : never

/** A keyset-paged endpoint (`page(...)` in its contract) as the rows of a `DataTable`. */
export function useRows<E extends Endpoint>(
  endpoint: E,
  input?: Omit<SentTo<E>, 'after' | 'limit'>,
  options: { limit?: number; when?: boolean } = {},
): Rows<RowOf<E>> & { answer: AnswerOf<E> | undefined } {
  const query = useInfiniteQuery<AnswerOf<E>, Refusal, { pages: AnswerOf<E>[] }, unknown[], string | undefined>({
    queryKey: [endpoint.name, 'rows', input ?? {}, options.limit ?? 50],
    queryFn: ({ pageParam, signal }) =>
      read(endpoint, { ...input, limit: options.limit ?? 50, ...(pageParam ? { after: pageParam } : {}) } as SentTo<E>, signal),
    initialPageParam: undefined,
    getNextPageParam: (last) => (last as { next?: string | null }).next ?? undefined,
    enabled: options.when ?? true,
    placeholderData: keepPreviousData as never,
  })
  const { data, isPending, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = query
  return {
    rows: (data?.pages ?? []).flatMap((page) => (page as { rows: RowOf<E>[] }).rows),
    answer: data?.pages[0],
    loading: isPending,
    error: data ? null : error,
    retry: () => void refetch(),
    more: hasNextPage ? () => void fetchNextPage() : null,
    loadingMore: isFetchingNextPage,
  }
}

/** Rows that come all at once, for a `DataTable`: `asRows(useRead(...), (answer) => answer.lines)`. */
export const asRows = <Answer, Row>(
  query: { data: Answer | undefined; isPending: boolean; error: Refusal | null; refetch: () => unknown },
  rows: (answer: Answer) => Row[],
): Rows<Row> => ({
  rows: query.data === undefined ? [] : rows(query.data),
  loading: query.isPending,
  error: query.data === undefined ? query.error : null,
  retry: () => void query.refetch(),
  more: null,
  loadingMore: false,
})

interface ActOptions<E extends Endpoint> {
  /** Said when it is done, in Portuguese. */
  done?: string | ((answer: AnswerOf<E>, input: SentTo<E>) => string)
  onDone?: (answer: AnswerOf<E>, input: SentTo<E>) => void
  /** The screen shows the refusal itself (a form, a station): no toast. */
  quiet?: boolean
}

/**
 * Something that a person does. `run(input)` sends it; every open reading is read again afterwards. When no answer
 * came, the next `run` of the same input repeats the same act (same Idempotency-Key) instead of doing it twice.
 */
export function useAct<E extends Endpoint>(endpoint: E, options: ActOptions<E> = {}) {
  const unanswered = useRef<{ input: string; key: string } | null>(null)
  const mutation = useMutation<AnswerOf<E>, Refusal, { input: SentTo<E>; file?: File }>({
    mutationFn: async ({ input, file }) => {
      const written = JSON.stringify(input ?? {})
      const key = unanswered.current?.input === written ? unanswered.current.key : crypto.randomUUID()
      unanswered.current = { input: written, key }
      for (let attempt = 1; ; attempt++) {
        try {
          const answer = await call(endpoint, input, { key, ...(file ? { file } : {}) })
          unanswered.current = null
          return answer
        } catch (error) {
          if (!isOffline(error)) unanswered.current = null
          if (!isOffline(error) || attempt >= 3) throw error
          await new Promise((wait) => setTimeout(wait, 400 * attempt))
        }
      }
    },
    onSuccess: (answer, { input }) => {
      void readAgain()
      const said = typeof options.done === 'function' ? options.done(answer, input) : options.done
      if (said) notifications.show({ message: said, color: 'petrol', autoClose: 4000 })
      options.onDone?.(answer, input)
    },
    onError: (error) => {
      if (error.code === 'sign_in_first') onSignedOut.run()
      else if (!options.quiet) showRefusal(error)
    },
  })
  const { mutateAsync, mutate, isPending, error, reset } = mutation
  return {
    /** Sends it and forgets: the refusal is shown by itself. */
    run: (input?: SentTo<E>, file?: File) => mutate({ input: (input ?? {}) as SentTo<E>, ...(file ? { file } : {}) }),
    /** Sends it and waits. @throws Refusal */
    send: (input?: SentTo<E>, file?: File) => mutateAsync({ input: (input ?? {}) as SentTo<E>, ...(file ? { file } : {}) }),
    busy: isPending,
    refusal: error,
    reset,
  }
}

/** Says why not, with the faults of the fields below. */
export function showRefusal(error: Refusal) {
  notifications.show({ title: error.title, message: error.faults.map((fault) => fault.message).join(' · '), color: 'red', autoClose: 8000 })
}
