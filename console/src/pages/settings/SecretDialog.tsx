import { Alert, Button, Modal } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useReturnFocus } from '../../hooks/useReturnFocus';
import { Copy } from '../../ui/Copy';

interface Props {
  title: string;
  lead: ReactNode;
  secret: string;
  onClose: () => void;
}

/** Something that is shown once. */
export function SecretDialog({ title, lead, secret, onClose }: Props) {
  const { t } = useTranslation();
  useReturnFocus();
  return (
    <Modal
      open
      title={title}
      // Neither Escape nor a click beside it takes it away: only who says that he has kept it.
      mask={{ closable: false }}
      keyboard={false}
      closable={false}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('secret.done')}
        </Button>
      }
    >
      <p className="gx-soft">{lead}</p>
      <div className="gx-secret">
        <code>{secret}</code>
        <Copy text={secret} label={t('common.copy')} />
      </div>
      <Alert type="warning" showIcon title={t('secret.once')} />
    </Modal>
  );
}
