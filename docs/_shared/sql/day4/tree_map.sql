SELECT artist_name, count(*) AS plays
FROM processed_data
GROUP BY artist_name
ORDER BY plays DESC, artist_name
