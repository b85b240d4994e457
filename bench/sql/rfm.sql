-- Scores and groups of every customer with a sale, in the table `rfm`, from the values just computed for `trait`; the names of the groups as
-- in segments.default.toml. Guanxi's run reads the history again and also forms value tiers and life-cycle stages, which are not asked here.
CREATE TABLE rfm AS
WITH score AS (
    SELECT customer_id, recency, frequency, monetary,
        1 + 5 * (rank() OVER (ORDER BY recency DESC) - 1) // count(*) OVER () AS r,
        1 + 5 * (rank() OVER (ORDER BY frequency) - 1) // count(*) OVER () AS f,
        1 + 5 * (rank() OVER (ORDER BY monetary) - 1) // count(*) OVER () AS m
    FROM trait WHERE frequency > 0
)
SELECT *, CASE
    WHEN r >= 4 AND (f + m) / 2 >= 4 THEN 'champions'
    WHEN r >= 5 AND f <= 1 THEN 'new_customers'
    WHEN r = 4 AND f <= 1 THEN 'promising'
    WHEN r >= 3 AND (f + m) / 2 >= 3 AND f >= 2 THEN 'loyal'
    WHEN r >= 4 THEN 'potential_loyalists'
    WHEN r = 3 AND (f + m) / 2 >= 2 THEN 'need_attention'
    WHEN r = 3 THEN 'about_to_sleep'
    WHEN (f + m) / 2 >= 4 THEN 'cannot_lose'
    WHEN (f + m) / 2 >= 2.5 THEN 'at_risk'
    WHEN r = 2 THEN 'hibernating'
    ELSE 'lost' END AS rfm_group
FROM score;
