import type { ServerResponse } from 'node:http';
import type { Api } from '../../src/api/client';
import { begun, find, OPEN, paged, Refused, type Routes } from '../http';

type Job = Api['Job'];
type Kind = Api['JobKind'];

const LABELS: Partial<Record<Kind, Api['Text']>> = {
  'import.run': { en: 'Import of a file', zh: '导入文件' },
  'import.undo': { en: 'Undo of an import', zh: '撤销导入' },
  'import.mend': { en: 'Import of mended rows', zh: '导入修正的行' },
  'traits.rebuild': { en: 'Traits of all customers', zh: '计算全部客户特征' },
  'segment.run': { en: 'Scores and groups of all customers', zh: '为全部客户评分与分群' },
  'export.customers': { en: 'Export of customers', zh: '导出客户' },
  'export.sql': { en: 'Export of an answer', zh: '导出查询结果' },
  'backup.make': { en: 'Back-up', zh: '备份' },
  'customer.erase': { en: 'Erasure of a person', zh: '删除个人信息信息' },
};
const STAGE = { en: 'reading', zh: '读取中' };

let count = 41;
const listeners = new Set<ServerResponse>();
const finishers = new Map<string, () => void>();
export const JOBS: Job[] = [];

function tell(job: Job) {
  for (const one of listeners) one.write(`event: job\nid: ${Date.now()}\ndata: ${JSON.stringify(job)}\n\n`);
}

interface Extra {
  total?: number;
  file?: string;
  object?: string;
  done?: () => void;
}

/** Starts a job that takes a few seconds. */
export function start(kind: Kind, { total = 60, file, object, done }: Extra = {}): Job {
  const now = new Date().toISOString();
  const job: Job = {
    id: `job_${++count}`,
    kind,
    label: LABELS[kind] ?? { en: kind, zh: kind },
    state: 'running',
    stage: STAGE,
    done: 0,
    total,
    attempts: 1,
    max_attempts: 5,
    created_at: now,
    started_at: now,
    by: 'Anna Li',
    cancel_asked: false,
    file,
    object,
  };
  JOBS.unshift(job);
  if (done) finishers.set(job.id, done);
  tell(job);
  return job;
}

/** Everything under way gets a little further. */
export function tick() {
  for (const job of JOBS.filter((one) => one.state === 'running')) {
    if (job.cancel_asked) Object.assign(job, { state: 'cancelled', ended_at: new Date().toISOString() });
    else {
      job.done = Math.min(job.total, job.done + Math.ceil(job.total / 12));
      if (job.done >= job.total) {
        Object.assign(job, { state: 'done', ended_at: new Date().toISOString() });
        finishers.get(job.id)?.();
      }
    }
    tell(job);
  }
}

const at = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const past = (id: string, kind: Kind, minutes: number, rest: Partial<Job> = {}): Job => ({
  id,
  kind,
  label: LABELS[kind] ?? { en: kind, zh: kind },
  state: 'done',
  done: 100,
  total: 100,
  attempts: 1,
  max_attempts: 5,
  created_at: at(minutes),
  started_at: at(minutes),
  ended_at: at(minutes - 0.4),
  by: 'Anna Li',
  cancel_asked: false,
  ...rest,
});
JOBS.push(
  past('job_41', 'export.customers', 25, { file: 'customers-2026-10-31.xlsx' }),
  past('job_40', 'segment.run', 90, { object: 'run_7' }),
  past('job_39', 'backup.make', 400, {
    state: 'dead',
    attempts: 5,
    by: 'system',
    problem: {
      type: 'urn:guanxi:problem:unavailable',
      title: 'Not available',
      status: 503,
      code: 'unavailable',
      detail: 'the folder of back-ups is full',
      hint: 'free some space or choose another folder, then try again',
    },
  }),
  past('job_38', 'import.run', 460, { object: 'imp_3', by: 'Ben Wu' }),
  past('job_37', 'import.run', 1500, { object: 'imp_2', state: 'cancelled', by: 'Ben Wu' }),
  past('job_36', 'import.run', 2900, { object: 'imp_1' }),
);

const get = (id: string | undefined) => find(JOBS, (job) => job.id === id, id ?? 'the job');

export const jobs: Routes = {
  'GET /jobs': ({ query }) =>
    paged(
      JOBS.filter((job) => !query.get('filter') || `state:eq:${job.state}` === query.get('filter')),
      query,
    ),
  'GET /jobs/events': ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': hello\n\n');
    for (const job of JOBS.filter((one) => one.state === 'running'))
      response.write(`event: job\ndata: ${JSON.stringify(job)}\n\n`);
    listeners.add(response);
    response.on('close', () => listeners.delete(response));
    return OPEN;
  },
  'GET /jobs/{id}': ({ path }) => get(path.id),
  'POST /jobs/{id}/cancel': ({ path }) => {
    const job = get(path.id);
    if (job.state !== 'running') throw new Refused(409, 'conflict', 'the job has ended already');
    job.cancel_asked = true;
    return begun(job);
  },
  'POST /jobs/{id}/retry': ({ path }) => {
    const job = get(path.id);
    Object.assign(job, { state: 'running', done: 0, problem: undefined, attempts: 1, ended_at: undefined });
    return begun(job);
  },
};
