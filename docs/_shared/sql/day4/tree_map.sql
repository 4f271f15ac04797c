SELECT artist_name, count(*) AS plays
FROM processed_data
GROUP BY artist_name
