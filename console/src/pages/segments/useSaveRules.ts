import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { client as http, type Api } from '../../api/client';
import { useUndo } from '../../ui/useUndo';
import { useRun } from './useRun';

type Rules = Api['SegmentSettings'];

/** Puts rules in the place of the version `etag`; the version that they became. */
async function put({ body, etag }: { body: Rules; etag: string }): Promise<string> {
  const { error, response } = await http.PUT('/api/v1/segments/settings', {
    body,
    params: { header: { 'If-Match': etag } },
  });
  if (error) throw error;
  return response.headers.get('etag') ?? '';
}

/** Saves rules, runs them, offers the way back to those before: to nobody else's. */
export function useSaveRules(before: Rules, etag: string) {
  const { t } = useTranslation();
  const undo = useUndo();
  const run = useRun();
  const queries = useQueryClient();
  const reload = () => queries.invalidateQueries({ queryKey: ['get', '/api/v1/segments/settings'] });
  const save = useMutation({ mutationFn: put });
  const send = async (body: Rules, of: string) => {
    const became = await save.mutateAsync({ body, etag: of });
    await reload();
    run.mutate({ body: {} });
    return became;
  };
  const submit = async (rules: Rules) => {
    const became = await send(rules, etag);
    undo(t('rules.saved'), () => send(before, became));
  };
  return { submit, reload, error: save.error, isPending: save.isPending };
}
