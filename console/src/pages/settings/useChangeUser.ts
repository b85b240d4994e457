import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { client as http, type Api } from '../../api/client';
import { useTrouble } from '../../ui/Trouble';
import { useUndo } from '../../ui/useUndo';

interface Change {
  id: string;
  body: Api['UserChange'];
  /** The version that is changed; none: whatever there is. */
  etag?: string;
}

/** Changes a person; the version that it became. */
async function patch({ id, body, etag }: Change): Promise<string | undefined> {
  const params = { path: { id }, header: etag ? { 'If-Match': etag } : {} };
  const { error, response } = await http.PATCH('/api/v1/users/{id}', { params, body });
  if (error) throw error;
  return response.headers.get('etag') ?? undefined;
}

/** Changes a person at once, and offers the way back. */
export function useChangeUser() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const undo = useUndo();
  const trouble = useTrouble();
  const client = useQueryClient();
  const update = useMutation({
    mutationFn: patch,
    onSettled: () => client.invalidateQueries({ queryKey: ['get', '/api/v1/users'] }),
  });
  return async (user: Api['User'], change: Api['UserChange']) => {
    const back = Object.fromEntries(Object.keys(change).map((key) => [key, user[key as keyof Api['UserChange']]]));
    try {
      const etag = await update.mutateAsync({ id: user.id, body: change });
      undo(t('users.changed', { name: user.name }), () => update.mutateAsync({ id: user.id, body: back, etag }));
    } catch (error) {
      const { title, detail, hint } = trouble(error);
      void message.error([detail ?? title, hint].join(' · '));
    }
  };
}
