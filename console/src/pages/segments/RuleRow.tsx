import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, EditOutlined } from '@ant-design/icons';
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../hooks/useFormat';

interface Props {
  at: number;
  last: boolean;
  name: string;
  fixed: boolean;
  hidden: boolean;
  /** A button's own `disabled` takes the place of the form's. */
  readOnly: boolean;
  onMove: (by: 1 | -1) => void;
  onRemove?: () => void;
}

/** One rule: its place, what it is called, whom it takes; its texts open below. */
export function RuleRow({ at, last, name, fixed, hidden, readOnly, onMove, onRemove }: Props) {
  const { t } = useTranslation();
  const { language } = useLanguage();
  const [wanted, setOpen] = useState<boolean>();
  const open = wanted ?? !fixed;
  return (
    <li>
      <span className="gx-rule-order">
        <Button
          size="small"
          type="text"
          icon={<ArrowUpOutlined />}
          disabled={readOnly || at === 0}
          aria-label={t('rules.up')}
          onClick={() => onMove(-1)}
        />
        <Button
          size="small"
          type="text"
          icon={<ArrowDownOutlined />}
          disabled={readOnly || last}
          aria-label={t('rules.down')}
          onClick={() => onMove(1)}
        />
      </span>
      <Form.Item name={[at, 'label', language]}>
        <Input aria-label={t('rules.label')} placeholder={t('rules.label')} />
      </Form.Item>
      <Form.Item name={[at, 'when']} extra={hidden && <span className="gx-bad">{t('rules.hidden')}</span>}>
        <Input
          aria-label={t('rules.when')}
          placeholder={last ? t('rules.rest') : t('rules.when')}
          className="gx-code"
        />
      </Form.Item>
      <span className="gx-rule-order">
        <Button
          size="small"
          type="text"
          icon={<EditOutlined />}
          // To look at the texts is not to change them.
          disabled={false}
          aria-expanded={open}
          title={t('rules.texts.open')}
          aria-label={t('rules.texts.open')}
          onClick={() => setOpen(!open)}
        />
        <Button
          size="small"
          type="text"
          icon={<DeleteOutlined />}
          disabled={readOnly || !onRemove}
          title={t('rules.remove')}
          aria-label={t('rules.remove')}
          onClick={onRemove}
        />
      </span>
      {open && (
        <div className="gx-rule-texts">
          {fixed ? (
            <p className="gx-soft gx-small">
              {t('rules.texts.name')}: <code>{name}</code>
            </p>
          ) : (
            <Form.Item name={[at, 'name']} label={t('rules.texts.name')} extra={t('rules.texts.name_hint')}>
              <Input className="gx-code" />
            </Form.Item>
          )}
          <Form.Item name={[at, 'label', language === 'zh' ? 'en' : 'zh']} label={t('rules.texts.other')}>
            <Input />
          </Form.Item>
          {(['description', 'action'] as const).map((text) =>
            (['en', 'zh'] as const).map((one) => (
              <Form.Item key={text + one} name={[at, text, one]} label={t(`rules.texts.${text}_${one}`)}>
                <Input.TextArea rows={2} className="gx-as-text" />
              </Form.Item>
            )),
          )}
        </div>
      )}
    </li>
  );
}
