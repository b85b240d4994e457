import { useQueryClient } from '@tanstack/react-query';
import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { FormDialog } from '../../forms/FormDialog';
import { useUndo } from '../../ui/useUndo';
import { AttributeField, attributeValue, plainValue, type AttributeValue } from './AttributeField';

interface Values {
  name: string;
  attributes?: Record<string, AttributeValue | undefined>;
}

/** Corrects name and attributes; the old ones can be brought back. */
export function EditCustomer({ customer, onClose }: { customer: Api['Customer']; onClose: () => void }) {
  const { t } = useTranslation();
  const undo = useUndo();
  const client = useQueryClient();
  const save = api.useMutation('patch', '/api/v1/customers/{id}');
  const columns = api.useQuery('get', '/api/v1/customers/columns', {}, { staleTime: 300_000 });
  const before = {
    name: customer.name ?? '',
    attributes: Object.fromEntries(customer.attributes.map((a) => [a.name, attributeValue(a.value)])),
  };

  const send = async (body: Api['CustomerPatch'], etag: string) => {
    const params = { path: { id: customer.id }, header: { 'If-Match': etag } };
    const changed = await save.mutateAsync({ params, body });
    await client.invalidateQueries();
    return changed;
  };
  // Only what differs is sent, and only that is brought back.
  const submit = async ({ name, attributes = {} }: Values) => {
    const value = (from: Values, key: string) => plainValue(from.attributes?.[key]);
    const differ = Object.keys(attributes).filter(
      (key) => JSON.stringify(value({ name, attributes }, key)) !== JSON.stringify(value(before, key)),
    );
    const part = (from: Values): Api['CustomerPatch'] => ({
      ...(name.trim() === before.name ? {} : { name: from.name.trim() || null }),
      attributes: Object.fromEntries(differ.map((key) => [key, value(from, key)])),
    });
    if (differ.length === 0 && name.trim() === before.name) return onClose();
    const changed = await send(part({ name, attributes }), customer.etag);
    onClose();
    undo(t('customer.saved'), () => send(part(before), changed.etag));
  };
  return (
    <FormDialog<Values>
      title={t('customer.edit')}
      submit={t('common.save')}
      initial={before}
      busy={save.isPending}
      error={save.error}
      onClose={onClose}
      onSubmit={(values) => void submit(values).catch(() => undefined)}
    >
      <Form.Item name="name" label={t('customers.name')}>
        <Input autoFocus maxLength={2000} />
      </Form.Item>
      {customer.attributes.map((attribute) => (
        <AttributeField
          key={attribute.name}
          attribute={attribute}
          options={columns.data?.find((column) => column.name === attribute.name)?.options}
        />
      ))}
    </FormDialog>
  );
}
