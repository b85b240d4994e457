import type { Api } from '../../src/api/client';
import { cohorts, hours, overview, top } from '../data/overview';
import { begun, type Routes } from '../http';
import { start } from './jobs';

const range = (query: URLSearchParams): [string, string] => [query.get('from') ?? '', query.get('to') ?? ''];
const DIMENSIONS = ['product', 'category', 'store', 'channel'] as const;
const BACKUPS: Api['Backup'][] = ['2026-10-31', '2026-10-30', '2026-10-29'].map((day, at) => ({
  id: `bak_${3 - at}`,
  made_at: `${day}T18:00:00Z`,
  by: 'system',
  bytes: 48_200_000 - at * 400_000,
  rows: 561_204 - at * 900,
  files: 27,
  version: '0.3.0',
  path: `backups/${day}`,
  verified: at > 0,
}));

export const rest: Routes = {
  'GET /overview': ({ query }) => overview(...range(query), query.get('compare') ?? 'previous'),
  'GET /overview/cohorts': ({ query }) => cohorts(...range(query)),
  'GET /overview/hours': ({ query }) => hours(...range(query)),
  'GET /overview/top': ({ query }) =>
    top(
      ...range(query),
      query.get('compare') ?? 'previous',
      DIMENSIONS.find((by) => by === query.get('by')) ?? 'product',
      Number(query.get('limit') ?? 10),
    ),
  'GET /checks/latest': (): Api['CheckReport'] => ({
    at: '2026-10-31T18:00:00Z',
    by: 'system',
    found: {
      ok: true,
      version: '0.3.0',
      checks: [
        {
          what: 'free_disk',
          label: { en: 'free disk', zh: '磁盘余量' },
          ok: true,
          found: [{ en: '80.1 GiB', zh: '80.1 GiB' }],
        },
      ],
    },
  }),
  'POST /checks': () => begun(start('store.check')),
  'POST /maintenance': () => begun(start('lake.maintain')),
  'GET /intake': (): Api['IntakeOpen'] => ({ waiting: 0, set_aside: [] }),
  'GET /backups': (): Api['BackupList'] => ({ items: BACKUPS, folder: 'backups' }),
  'POST /backups': () => begun(start('backup.make')),
  'POST /backups/{id}/verify': ({ path }) =>
    begun(
      start('backup.make', {
        done: () => Object.assign(BACKUPS.find((b) => b.id === path.id) ?? {}, { verified: true }),
      }),
    ),
};
