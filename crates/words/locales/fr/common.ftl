### Ce que plusieurs pages disent.

common-records = { $count ->
    [one] { $count } enregistrement
   *[other] { $count } enregistrements
}
common-logs = { $count ->
    [one] { $count } journal
   *[other] { $count } journaux
}
common-quoted = « { $name } »
common-tagline = La piste d’audit : qui a changé quoi, quand, de quoi en quoi.
common-offline = Le serveur ne répond pas. Rien n’a été changé ; ce que vous avez saisi est toujours là.
common-skip = Aller au contenu

operation-create = Création
operation-write = Modification
operation-unlink = Suppression
