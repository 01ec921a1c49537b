import type { Refusal } from '../client.ts'
import type { Verdict } from './feedback.ts'

/** What the person who receives or puts away does when the server refuses. */
export function receiveAnswer({ code, title, facts, faults }: Refusal, scanned: string): Verdict {
  const bad = (words: string, reason: string): Verdict => ({ tone: 'bad', words, reason })
  switch (code) {
    case 'no_such_code':
      return bad('Produto desconhecido', `Ninguém cadastrou o código ${scanned}: ponha de lado e avise o gestor`)
    case 'kit_has_no_stock':
      return bad('Isto é um kit', 'Bipe os componentes, um a um')
    case 'no_such_place':
      return bad('Isto não é um endereço', 'Bipe a etiqueta da prateleira')
    case 'wrong_place_kind':
    case 'not_a_shelf':
      return bad('Este endereço não serve', 'Leve a uma prateleira de separação ou de reserva')
    case 'more_than_counted':
      return bad(Number(facts['left']) > 0 ? `Só há ${String(facts['left'])} por guardar` : 'Não há o que desfazer', 'Confira quantas estão na mão')
    case 'receipt_closed':
      return bad('Este recebimento já foi encerrado', 'Abra um novo para o que ainda chegar')
    case 'no_such_put_back':
      return bad('Outra pessoa já devolveu este', 'Bipe o próximo item')
    case 'offline':
      return bad('Sem conexão', 'Nada foi gravado. Espere a conexão voltar e bipe de novo')
    default:
      return bad(faults[0]?.message ?? title, 'Se repetir, chame o gestor')
  }
}
