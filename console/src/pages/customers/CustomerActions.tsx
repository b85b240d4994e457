import { DeleteOutlined, EditOutlined, MoreOutlined } from '@ant-design/icons';
import { App, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, type Api } from '../../api/client';
import { FormDialog } from '../../forms/FormDialog';
import { useMay } from '../../hooks/useMe';
import { to } from '../../paths';
import { EditCustomer } from './EditCustomer';
import { Menu } from '../../ui/Menu';

/** Correct, erase. */
export function CustomerActions({ customer }: { customer: Api['Customer'] }) {
  const { t } = useTranslation();
  const may = useMay();
  const [open, setOpen] = useState<'edit' | 'erase'>();
  const close = () => setOpen(undefined);
  if (!may('customers.write') && !may('customers.erase')) return null;
  return (
    <>
      {may('customers.write') && !customer.masked && (
        <Button icon={<EditOutlined />} onClick={() => setOpen('edit')}>
          {t('customer.edit')}
        </Button>
      )}
      {may('customers.erase') && (
        <Menu
          menu={{
            items: [
              {
                key: 'erase',
                danger: true,
                icon: <DeleteOutlined />,
                label: t('customer.erase.title'),
                onClick: () => setOpen('erase'),
              },
            ],
          }}
        >
          <Button icon={<MoreOutlined />} aria-label={t('common.more')} />
        </Menu>
      )}
      {open === 'edit' && <EditCustomer customer={customer} onClose={close} />}
      {open === 'erase' && <EraseDialog customer={customer} onClose={close} />}
    </>
  );
}

/** Erasing cannot be undone, so its word is typed. */
function EraseDialog({ customer, onClose }: { customer: Api['Customer']; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const erase = api.useMutation('delete', '/api/v1/customers/{id}', {
    onSuccess: () => {
      void message.info(t('customer.erase.begun'));
      void navigate(to.customers());
    },
  });
  return (
    <FormDialog<{ word: string }>
      title={t('customer.erase.title')}
      lead={t('customer.erase.lead')}
      submit={t('customer.erase.submit')}
      danger
      busy={erase.isPending}
      error={erase.error}
      onClose={onClose}
      onSubmit={() => erase.mutate({ params: { path: { id: customer.id } } })}
    >
      <Form.Item
        name="word"
        label={t('customer.erase.type', { id: customer.id })}
        rules={[{ required: true, pattern: new RegExp(`^${customer.id}$`), message: t('customer.erase.wrong') }]}
      >
        <Input autoFocus autoComplete="off" />
      </Form.Item>
    </FormDialog>
  );
}
