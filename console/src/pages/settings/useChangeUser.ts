import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { useTrouble } from '../../ui/Trouble';
import { useUndo } from '../../ui/useUndo';

/** Changes a person at once, and offers the way back. */
export function useChangeUser() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const undo = useUndo();
  const trouble = useTrouble();
  const client = useQueryClient();
  const update = api.useMutation('patch', '/api/v1/users/{id}', {
    onSuccess: () => client.invalidateQueries({ queryKey: ['get', '/api/v1/users'] }),
    onError: (error) => {
      const { title, detail, hint } = trouble(error);
      void message.error([detail ?? title, hint].join(' · '));
    },
  });
  return async (user: Api['User'], change: Api['UserChange']) => {
    const send = (body: Api['UserChange']) => update.mutateAsync({ params: { path: { id: user.id } }, body });
    const back = Object.fromEntries(Object.keys(change).map((key) => [key, user[key as keyof Api['UserChange']]]));
    try {
      await send(change);
      undo(t('users.changed', { name: user.name }), () => send(back).catch(() => undefined));
    } catch {
      // Said by onError.
    }
  };
}
