import type { Refusal } from '../client.ts'
import type { Verdict } from './feedback.ts'

/** What the person at the dock does with the box in their hands when the server refuses it. */
export function loadAnswer({ code, title, facts }: Refusal, scanned: string): Verdict {
  const bad = (words: string, reason: string): Verdict => ({ tone: 'bad', words, reason })
  switch (code) {
    case 'order_cancelled':
      return bad('Pedido cancelado: não carregue', 'Tire a caixa daqui e leve para a devolução à prateleira')
    case 'order_on_hold':
      return bad('Pedido retido: não carregue', 'Ponha a caixa de lado e avise o gestor')
    case 'other_carrier':
      return bad('Caminhão errado', `Esta caixa é da ${String(facts['carrier'])}: leve à fila dela`)
    case 'already_out':
      return bad('Esta caixa já saiu', `Consta no romaneio ${String(facts['manifest'])}. Ponha de lado e avise o gestor`)
    case 'on_other_manifest':
      return bad('Já está em outro romaneio', `Tire-a do romaneio ${String(facts['manifest'])} antes`)
    case 'label_void':
      return bad('Etiqueta sem valor', 'A caixa foi reaberta: leve à bancada de conferência')
    case 'no_such_box':
      return bad('Isto não é uma caixa nossa', `Nenhuma caixa tem o código ${scanned}. Bipe o código grande da etiqueta`)
    case 'nota_first':
      return facts['state'] === 'emitindo nota'
        ? bad('A nota desta caixa está a caminho', 'Deixe a caixa aqui e bipe de novo em um instante')
        : bad('Esta caixa está sem nota', `${String(facts['problem'] ?? 'A nota ainda não foi emitida')}. Ponha a caixa de lado e siga`)
    case 'not_now':
      return bad('Ainda não pode sair', 'Leve à bancada: a caixa não está pronta')
    case 'not_on_manifest':
      return bad('Não está neste caminhão', 'Ponha na fila da transportadora dela')
    case 'manifest_closed':
      return bad('Este romaneio já foi fechado', 'Escolha o caminhão de novo')
    case 'offline':
      return bad('Sem conexão', 'Nada foi gravado. Deixe a caixa fora até a conexão voltar e bipe de novo')
    default:
      return bad(title, 'Se repetir, chame o gestor')
  }
}
