package dev.tmuxbuilder.store;

import dev.tmuxbuilder.library.Relevance;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/**
 * PostgreSQL's full-text search over what is given to it; no table. Words that a fifth of the
 * documents have tell nothing, and are left out of the question.
 */
@ApplicationScoped
class RelevanceStore implements Relevance {
  private static final String RANK =
      """
      with brief as (
        select lexeme from unnest(to_tsvector('english', $1))),
      documents as (
        select d.id, setweight(to_tsvector('english', d.head), 'A')
                     || setweight(to_tsvector('english', d.said), 'C') as words
          from unnest($2::text[], $3::text[], $4::text[]) as d(id, head, said)),
      telling as (
        select w.lexeme
          from documents d, unnest(d.words) w
          join brief b on b.lexeme = w.lexeme
         group by w.lexeme
        having count(*) <= greatest(3, (select count(*) from documents) / 5)),
      question as (
        select string_agg(
                 '''' || replace(replace(lexeme, '\\', '\\\\'), '''', '''''') || '''', ' | ')
               ::tsquery as q
          from telling)
      select d.id, ts_rank(d.words, q) as score,
             (select array_agg(t.lexeme order by t.lexeme)
                from unnest(d.words) w join telling t on t.lexeme = w.lexeme) as found
        from documents d, question
       where d.words @@ q
         and exists (select from unnest(d.words) w join telling t on t.lexeme = w.lexeme
                      where 'A' = any(w.weights))
       order by score desc, d.id
       limit $5
      """;

  private final Transactions transactions;

  RelevanceStore(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public Uni<List<Ranked>> rank(String brief, List<Document> documents, int most) {
    if (documents.isEmpty() || most == 0 || brief.isBlank()) {
      return Uni.createFrom().item(List.of());
    }
    Tuple question =
        Tuple.of(
            brief.replace('\0', ' '),
            each(documents, Document::id),
            each(documents, Document::head),
            each(documents, Document::text),
            most);
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery(RANK)
                .execute(question)
                .map(
                    rows ->
                        StreamSupport.stream(rows.spliterator(), false)
                            .map(
                                row ->
                                    new Ranked(
                                        row.getString("id"),
                                        row.getFloat("score"),
                                        List.of(row.getArrayOfStrings("found"))))
                            .toList()));
  }

  private static String[] each(List<Document> documents, Function<Document, String> member) {
    return documents.stream().map(member).toArray(String[]::new);
  }
}
