import { Form, Modal } from 'antd';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useReturnFocus } from '../hooks/useReturnFocus';
import { Trouble } from '../ui/Trouble';
import { useFieldErrors } from './useFields';

interface Props<T> {
  title: string;
  lead?: ReactNode;
  submit: string;
  initial?: Partial<T>;
  busy: boolean;
  error: unknown;
  danger?: boolean;
  onSubmit: (values: T) => void;
  onClose: () => void;
  children: ReactNode;
}

/** The one shape of a form in a dialogue: fields, what went wrong beside them and above, one main button. */
export function FormDialog<T extends object>(props: Props<T>) {
  const { t } = useTranslation();
  const [form] = Form.useForm<T>();
  // Labels find their fields by number: the page behind may have a field of the same name.
  const name = useId();
  useReturnFocus();
  const above = useFieldErrors(form, props.error);
  return (
    <Modal
      open
      title={props.title}
      okText={props.submit}
      cancelText={t('common.cancel')}
      okButtonProps={{ danger: props.danger, htmlType: 'submit' }}
      confirmLoading={props.busy}
      onCancel={props.onClose}
      onOk={() => form.submit()}
      destroyOnHidden
    >
      {props.lead && <p className="gx-soft">{props.lead}</p>}
      {above ? <Trouble error={above} /> : null}
      <Form<T>
        form={form}
        name={name}
        layout="vertical"
        requiredMark="optional"
        initialValues={props.initial as Parameters<typeof form.setFieldsValue>[0]}
        onFinish={props.onSubmit}
        className="gx-form"
      >
        {props.children}
      </Form>
    </Modal>
  );
}
