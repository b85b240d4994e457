import { useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { useFieldErrors } from '../../forms/useFields';
import { useMay } from '../../hooks/useMe';
import { Loaded } from '../../ui/Loaded';
import { Panel } from '../../ui/Panel';
import { Trouble } from '../../ui/Trouble';
import { useUndo } from '../../ui/useUndo';
import { AttributesPanel } from './AttributesPanel';

type Values = Required<Api['BusinessPatch']>;

/** Name, currency, time zone; which attributes are personal. */
export function BusinessSection() {
  const { t } = useTranslation();
  const query = api.useQuery('get', '/api/v1/settings/business');
  return (
    <div className="gx-stack">
      <Panel title={t('business.title')} lead={t('business.lead')}>
        <Loaded query={query}>{(settings) => <BusinessForm key={settings.etag} settings={settings} />}</Loaded>
      </Panel>
      <AttributesPanel />
    </div>
  );
}

function BusinessForm({ settings }: { settings: Api['BusinessSettings'] }) {
  const { t } = useTranslation();
  const may = useMay();
  const undo = useUndo();
  const client = useQueryClient();
  const [form] = Form.useForm<Values>();
  const { name, currency, zone, region, language } = settings;
  const before = { name, currency, zone, region, language };
  const save = api.useMutation('patch', '/api/v1/settings/business');
  const above = useFieldErrors(form, save.error);
  const send = async (body: Values, etag: string) => {
    const saved = await save.mutateAsync({ params: { header: { 'If-Match': etag } }, body });
    await client.invalidateQueries();
    return saved;
  };
  const submit = async (values: Values) => {
    const saved = await send(values, settings.etag);
    undo(t('business.saved'), () => send(before, saved.etag));
  };
  // Not `false`: that would take the place of the form's `disabled`.
  const locked = (field: string) => settings.locked.includes(field) || undefined;
  const extra = (field: string) => (locked(field) ? t('business.locked') : t(`business.hint.${field}`));
  const select = (field: 'currency' | 'zone' | 'region', values: string[]) => (
    <Form.Item name={field} label={t(`business.${field}`)} extra={extra(field)}>
      <Select showSearch disabled={locked(field)} options={values.map((value) => ({ value, label: value }))} />
    </Form.Item>
  );
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={before}
      disabled={!may('settings.write')}
      className="gx-narrow-form"
      onFinish={(values) => void submit(values).catch(() => undefined)}
    >
      {above ? <Trouble error={above} /> : null}
      <Form.Item name="name" label={t('business.name')} rules={[{ required: true, message: t('form.required') }]}>
        <Input disabled={locked('name')} />
      </Form.Item>
      {select('currency', settings.currencies)}
      {select('zone', settings.zones)}
      {select('region', settings.regions)}
      <Form.Item name="language" label={t('business.language')} extra={extra('language')}>
        <Select
          disabled={locked('language')}
          options={[
            { value: 'en', label: 'English' },
            { value: 'zh', label: '简体中文' },
          ]}
        />
      </Form.Item>
      {may('settings.write') && (
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t('common.save')}
        </Button>
      )}
    </Form>
  );
}
