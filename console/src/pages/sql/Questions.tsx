import { DeleteOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { Loaded } from '../../ui/Loaded';
import { useReport } from '../../ui/useReport';
import { useUndo } from '../../ui/useUndo';

interface Props {
  query: { data: Api['Question'][] | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
  chosen?: string;
  onOpen: (question: Api['Question']) => void;
}

/** Saved questions; a removed one can be brought back. */
export function Questions({ query, chosen, onOpen }: Props) {
  const { t } = useTranslation();
  const undo = useUndo();
  const client = useQueryClient();
  const after = { onSuccess: () => client.invalidateQueries({ queryKey: ['get', '/api/v1/sql/questions'] }) };
  const onError = useReport();
  const remove = api.useMutation('delete', '/api/v1/sql/questions/{id}', { ...after, onError });
  const create = api.useMutation('post', '/api/v1/sql/questions', after);
  const drop = async ({ id, name, description, sql, chart, shared }: Api['Question']) => {
    await remove.mutateAsync({ params: { path: { id } } });
    undo(t('sql.removed', { name }), () => create.mutateAsync({ body: { name, description, sql, chart, shared } }));
  };
  return (
    <Loaded query={query}>
      {(questions) =>
        questions.length === 0 ? (
          <p className="gx-soft">{t('sql.no_questions')}</p>
        ) : (
          <ul className="gx-questions">
            {questions.map((question) => (
              <li key={question.id} className={question.id === chosen ? 'gx-here' : undefined}>
                <button type="button" className="gx-link" onClick={() => onOpen(question)}>
                  {question.name}
                  {question.description && <span className="gx-faint gx-small">{question.description}</span>}
                </button>
                <Button
                  type="text"
                  size="small"
                  icon={<DeleteOutlined />}
                  aria-label={t('sql.remove', { name: question.name })}
                  onClick={() => void drop(question).catch(() => undefined)}
                />
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}
