/** Card callbacks as the platform posts them: 1.5 kB, encrypted and signed. */
import { reviewAgree } from '../../cards/actions.ts';
import { actionName } from '../../cards/render/component-name.ts';
import { envelope, type Sealed, seal } from '../../simulator/lark/envelope.ts';
import type { AppCredentials } from '../../simulator/lark/model.ts';
import { openIdOf, type WaitingForm } from './town.ts';

/** An app that exists on no platform. */
export const APP: AppCredentials = {
  appId: 'cli_bench0000000000',
  appSecret: 'bench-secret',
  encryptKey: 'bench-encrypt-key',
  verificationToken: 'bench-verification-token',
  tenantKey: 'tk_bench',
};

const WEBHOOK = '/webhook/lark';
const OPINION =
  '同意上报。已与本人谈话核实，所列风险点符合岗位实际，防控措施可行，请分管领导审阅；今后每季度复查一次双人审核和定期抽查的落实情况。';

/** The click of a department head on 同意. */
export function agreeClick(form: WaitingForm, now: Date): Sealed {
  const action = reviewAgree({ id: form.procedureId, r: form.revision });
  const event = {
    operator: {
      tenant_key: APP.tenantKey,
      user_id: form.head,
      open_id: openIdOf(form.head),
      union_id: `on_${form.procedureId.replaceAll('-', '')}`,
    },
    token: `c-${form.procedureId.replaceAll('-', '')}`,
    action: {
      value: { a: action.id, p: action.payload },
      tag: 'button',
      timezone: 'Asia/Shanghai',
      name: actionName(action),
      form_value: { opinion: OPINION },
    },
    host: 'im_message',
    context: {
      url: '',
      preview_token: form.procedureId,
      open_message_id: form.messageRef,
      open_chat_id: `oc_${form.procedureId.replaceAll('-', '')}`,
    },
  };
  return seal(APP, envelope(APP, 'card.action.trigger', event, now.getTime()), now.getTime());
}

/** The whole HTTP request of a sealed delivery. */
export function requestOf({ body, headers }: Sealed): string {
  const lines = Object.entries({
    Host: '127.0.0.1',
    ...headers,
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'keep-alive',
  }).map(([name, value]) => `${name}: ${value}`);
  return `POST ${WEBHOOK} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}
