import { PlusOutlined } from '@ant-design/icons';
import { Button, Form } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Api } from '../../api/client';
import { useLanguage } from '../../hooks/useFormat';
import { useUndo } from '../../ui/useUndo';
import { freeName } from './cleanRules';
import { RuleRow } from './RuleRow';

interface Props {
  path: string[];
  kind: 'group' | 'stage';
  /** Names that are in force: they stay as they are, for filters and questions use them. */
  saved: ReadonlySet<string>;
  /** Places of rules that take nobody. */
  hidden?: ReadonlySet<number>;
  readOnly: boolean;
}

const EMPTY = { en: '', zh: '' };

/** Rules in the order in which they are tried: add, remove, move, change. */
export function RuleList({ path, kind, saved, hidden, readOnly }: Props) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const undo = useUndo();
  const form = Form.useFormInstance();
  const watched: Api['Rule'][] | undefined = Form.useWatch(path, { form, preserve: true });
  // Nothing is watched yet when it is drawn for the first time.
  const rules: Api['Rule'][] = watched ?? form.getFieldValue(path) ?? [];
  return (
    <Form.List name={path}>
      {(fields, { add, remove, move }, { errors }) => (
        <>
          <ol className="gx-rules">
            {fields.map((field, at) => {
              const rule = rules[at];
              const name = rule?.name ?? '';
              return (
                <RuleRow
                  key={field.key}
                  at={field.name}
                  last={at === fields.length - 1}
                  name={name}
                  fixed={saved.has(name) && rules.findIndex((one) => one.name === name) === at}
                  hidden={!!hidden?.has(at)}
                  readOnly={readOnly}
                  onMove={(by) => move(at, at + by)}
                  onRemove={
                    fields.length > 1
                      ? () => {
                          remove(at);
                          undo(t('rules.removed', { name: say(rule?.label) || name }), () => add(rule, at));
                        }
                      : undefined
                  }
                />
              );
            })}
          </ol>
          <Form.ErrorList errors={errors} />
          <Button
            icon={<PlusOutlined />}
            onClick={() => {
              const names = rules.map((rule) => rule.name);
              const fresh: Api['Rule'] = {
                name: freeName(kind, names),
                label: EMPTY,
                description: EMPTY,
                action: EMPTY,
                when: '',
              };
              // The one that takes the rest stays the last.
              add(fresh, rules.at(-1)?.when ? rules.length : Math.max(0, rules.length - 1));
            }}
          >
            {t(`rules.add.${kind}`)}
          </Button>
        </>
      )}
    </Form.List>
  );
}
